import Histories

/// What reads show that nobody appended.
///
/// Whatever was read is a run of whole pieces: it must be possible to cut it up into them.
struct AppendStrangers {
    typealias Operation = DeedOperation<AppendMachine.Deed>

    /// How many pieces of texts are compared before the search for an order has to tell.
    private static let effort = 4_000_000
    private static let shown = 24

    let history: History
    let operations: [Operation]
    let initial: [UInt32]

    /// - Parameter refused: Appends that certainly did not happen.
    func impossibility(
        refused: [(place: Int32, units: [UInt32])],
        areLists: Bool
    ) -> Impossibility? {
        var pieces: Set<[UInt32]> = []
        if !initial.isEmpty { pieces.insert(initial) }
        for operation in operations {
            switch operation.deed {
            case .append(let units), .replace(let units):
                if !units.isEmpty { pieces.insert(units) }
            case .read: continue
            }
        }
        let lengths = Set(pieces.map(\.count)).sorted()
        var left = Self.effort
        for operation in operations {
            guard case .read(let units) = operation.deed else { continue }
            left -= units.count * lengths.count
            guard left > 0 else { return nil }
            guard let end = end(of: units, pieces, lengths) else { continue }
            let rest = units[end...]
            for other in refused where !other.units.isEmpty && rest.starts(with: other.units) {
                return Impossibility(
                    anomaly: "refused-append",
                    places: [other.place, operation.place],
                    reasons: [
                        "\(text(other.units[...], areLists)) was refused, and yet it is there."
                    ]
                )
            }
            return Impossibility(
                anomaly: "garbage-read",
                places: [operation.place],
                reasons: ["Nobody ever appended \(text(rest, areLists))."]
            )
        }
        return nil
    }

    /// How far what was read can be cut up into pieces; nil if to its end.
    private func end(
        of units: [UInt32],
        _ pieces: Set<[UInt32]>,
        _ lengths: [Int]
    ) -> Int? {
        var reached = [Bool](repeating: false, count: units.count + 1)
        reached[0] = true
        var furthest = 0
        for start in units.indices where reached[start] {
            furthest = start
            for length in lengths where start + length <= units.count && !reached[start + length] {
                reached[start + length] = pieces.contains(Array(units[start..<start + length]))
            }
        }
        return reached[units.count] ? nil : furthest
    }

    private func text(_ units: ArraySlice<UInt32>, _ areLists: Bool) -> String {
        if areLists {
            return units.first.map { OperationTelling(history).text(ValueID(rawValue: $0)) } ?? "?"
        }
        let bytes = units.prefix(Self.shown).map { UInt8(truncatingIfNeeded: $0) }
        let text = PlainText.shown(String(decoding: bytes, as: UTF8.self))
        return units.count > Self.shown ? "\(text)…" : text
    }
}
