/// How often the guarantees of sessions were put to the test, and how often they did not hold.
public struct SessionAccount: Sendable, Hashable, Codable {
    /// How many violations of each guarantee are told.
    private static let told = 2

    public struct Figures: Sendable, Hashable, Codable {
        public var guarantee: SessionGuarantee
        /// Reads for which it meant something.
        public var checked = 0
        public var violated = 0
    }

    public struct Example: Sendable, Hashable, Codable {
        public var guarantee: SessionGuarantee
        public var key: UInt32
        /// Places in the history's operations, in the order of the telling.
        public var operations: [Int]
    }

    /// One for each guarantee.
    public private(set) var figures = SessionGuarantee.allCases.map { Figures(guarantee: $0) }
    public private(set) var examples: [Example] = []

    public init() {}

    mutating func check(
        _ guarantee: SessionGuarantee,
        isViolated: Bool,
        _ example: @autoclosure () -> Example
    ) {
        guard let place = figures.firstIndex(where: { $0.guarantee == guarantee }) else { return }
        figures[place].checked += 1
        guard isViolated else { return }
        figures[place].violated += 1
        if figures[place].violated <= Self.told { examples.append(example()) }
    }

    public mutating func add(_ other: Self) {
        for place in figures.indices {
            guard
                let more = other.figures.first(where: { $0.guarantee == figures[place].guarantee })
            else { continue }
            let room = Self.told - min(Self.told, figures[place].violated)
            examples += other.examples.filter { $0.guarantee == more.guarantee }.prefix(room)
            figures[place].checked += more.checked
            figures[place].violated += more.violated
        }
    }

    /// One line: `read-your-writes 0 of 120, monotonic-reads 3 of 90, ...`.
    public var text: String {
        "sessions, violations: "
            + figures.map { "\($0.guarantee.rawValue) \($0.violated) of \($0.checked)" }
            .joined(separator: ", ")
    }
}
