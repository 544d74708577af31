public import Histories

/// What clients could rely on in a history of registers, key by key, so that keys may be taken in
/// parallel and their figures added up.
public struct SessionFigures: Sendable, Hashable, Codable {
    public var sessions = SessionAccount()
    public var staleness = StalenessAccount()

    public init() {}

    public mutating func add(_ other: Self) {
        sessions.add(other.sessions)
        staleness.add(other.staleness)
    }

    /// A history's keys, each of which can be looked at without the others.
    public struct Keys: Sendable {
        private let history: History
        private let options: CheckOptions
        private let places: KeyPlaces

        /// - Returns: Nil where nothing is known about order across processes.
        public init?(_ history: History, _ options: CheckOptions) {
            guard history.clock != .sessions else { return nil }
            self.history = history
            self.options = options
            places = KeyPlaces(history)
        }

        /// Those that occur, in the order of their numbers.
        public var all: [KeyID] { places.occurring }

        public func figures(of key: KeyID) -> SessionFigures {
            var figures = SessionFigures()
            guard let versions = VersionsOfKey(history, places.places(of: key), options) else {
                figures.staleness = .unjudgedKey()
                return figures
            }
            figures.staleness = StalenessAccount(versions, history)
            figures.sessions = SessionScan(versions, name: key.rawValue).account
            return figures
        }
    }
}
