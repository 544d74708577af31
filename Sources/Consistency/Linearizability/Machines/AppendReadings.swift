import Histories

/// What rules an order of appends out at one look, where every piece was written once.
///
/// A text or list that was read then says which operations made it, and in which order.
struct AppendReadings {
    typealias Operation = DeedOperation<AppendMachine.Deed>

    /// A read, and the operations whose pieces it shows, in their order.
    private struct Reading {
        var read: Int
        var pieces: [Int]
    }

    private let operations: [Operation]
    /// By place: what an operation wrote.
    private let name: (Int32) -> String
    private var readings: [Reading] = []
    private var writes: [Int] = []

    /// Nil where pieces were written twice, or where what was read could be cut up in several ways.
    init?(
        _ operations: [Operation],
        initial: [UInt32],
        name: @escaping (Int32) -> String
    ) {
        guard initial.isEmpty else { return nil }
        self.name = name
        self.operations = operations
        var owners: [[UInt32]: Int] = [:]
        var lengths: Set<Int> = []
        for (number, operation) in operations.enumerated() {
            switch operation.deed {
            case .read: continue
            case .append(let units), .replace(let units):
                guard !units.isEmpty, owners.updateValue(number, forKey: units) == nil else {
                    return nil
                }
                lengths.insert(units.count)
            }
            writes.append(number)
        }
        let sorted = lengths.sorted()
        guard sorted.count <= 8 else { return nil }
        for (number, operation) in operations.enumerated() {
            guard case .read(let units) = operation.deed else { continue }
            var pieces: [Int] = []
            var start = 0
            while start < units.count {
                var found: (owner: Int, length: Int)?
                for length in sorted where start + length <= units.count {
                    guard let owner = owners[Array(units[start..<start + length])] else { continue }
                    // Two ways to go on: a search has to tell.
                    if found != nil { return nil }
                    found = (owner, length)
                }
                guard let next = found else { return nil }
                pieces.append(next.owner)
                start += next.length
            }
            readings.append(Reading(read: number, pieces: pieces))
        }
    }

    var impossibility: Impossibility? {
        for reading in readings {
            if let found = contradiction(inside: reading) ?? loss(in: reading) { return found }
        }
        return fork
    }

    /// A piece twice, a piece from the future, or pieces in an order that time forbids.
    private func contradiction(inside reading: Reading) -> Impossibility? {
        let read = operations[reading.read]
        var seen: Set<Int> = []
        // Of the pieces so far, the one that was asked for last.
        var latest: Int?
        for (position, piece) in reading.pieces.enumerated() {
            let operation = operations[piece]
            if !seen.insert(piece).inserted {
                return impossibility(
                    "duplicate-append",
                    [piece, reading.read],
                    "It was written once, and one read shows it twice."
                )
            }
            if operation.invoked > read.completed {
                return impossibility(
                    "future-read",
                    [reading.read, piece],
                    "It was read before anybody had asked to write it."
                )
            }
            if position > 0, case .replace = operation.deed {
                return impossibility(
                    "kept-replaced",
                    [reading.pieces[position - 1], piece, reading.read],
                    "It replaced everything, yet something stands before it."
                )
            }
            if let before = latest, operation.completed < operations[before].invoked {
                return impossibility(
                    "wrong-order",
                    [piece, before, reading.read],
                    "The first had ended before the second began, yet stands behind it."
                )
            }
            if operation.invoked > latest.map({ operations[$0].invoked }) ?? .min { latest = piece }
        }
        return nil
    }

    /// A write that had ended before the read began, and that nothing can have replaced since.
    private func loss(in reading: Reading) -> Impossibility? {
        let read = operations[reading.read]
        var replacement: Int?
        if let first = reading.pieces.first {
            if case .replace = operations[first].deed { replacement = first }
        } else if operations.contains(where: { Self.replaces($0) }) {
            return nil
        }
        let shown = Set(reading.pieces)
        for number in writes where !shown.contains(number) {
            let write = operations[number]
            guard write.completed < read.invoked else { continue }
            if let replacement {
                guard operations[replacement].completed < write.invoked else { continue }
            }
            return impossibility(
                "lost-write",
                [replacement, number, reading.read].compactMap { $0 },
                "It had been acknowledged before the read began, and nothing replaced it.",
                told: (number, reading)
            )
        }
        return nil
    }

    /// Two reads from the same beginning of which neither continues the other, or of which the
    /// later one shows less.
    private var fork: Impossibility? {
        var longest: [Int: Reading] = [:]
        for reading in readings {
            guard let first = reading.pieces.first else { continue }
            guard let other = longest[first] else {
                longest[first] = reading
                continue
            }
            let (short, long) =
                reading.pieces.count < other.pieces.count ? (reading, other) : (other, reading)
            guard long.pieces.starts(with: short.pieces) else {
                return impossibility(
                    "incompatible-reads",
                    [short.read, long.read],
                    "Neither continues the other, though both begin with the same."
                )
            }
            if short.pieces.count < long.pieces.count,
                operations[long.read].completed < operations[short.read].invoked
            {
                return impossibility(
                    "stale-read",
                    [long.read, short.read],
                    "The later read shows less of the same."
                )
            }
            longest[first] = long
        }
        return nil
    }

    private static func replaces(_ operation: Operation) -> Bool {
        if case .replace = operation.deed { return true }
        return false
    }

    private func impossibility(
        _ anomaly: String,
        _ numbers: [Int],
        _ reason: String,
        told: (lost: Int, reading: Reading)? = nil
    ) -> Impossibility {
        let missing = told.map { self.missing($0.lost, in: $0.reading) } ?? []
        return Impossibility(
            anomaly: anomaly,
            places: numbers.map { operations[$0].place },
            reasons: missing + [reason]
        )
    }

    /// Which of many pieces a read does not show.
    private func missing(_ lost: Int, in reading: Reading) -> [String] {
        guard reading.pieces.count > 1 else { return [] }
        let pieces = Count.text(reading.pieces.count)
        return [
            "The \(pieces) pieces that were read do not contain \(name(operations[lost].place))."
        ]
    }
}
