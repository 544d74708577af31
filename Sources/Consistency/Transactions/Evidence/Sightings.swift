/// Anomalies seen without a search: how many, and the first few at length.
struct Sightings {
    /// How many of each kind are told at length.
    private static let toldOfEach = 3

    /// What stands in a statement for a transaction until it has a name.
    static let one = "\u{1}"
    static let two = "\u{2}"

    struct Told {
        var kind: Anomaly.Kind
        var key: UInt32
        /// In the order of the telling.
        var transactions: [Int]
        /// What happened, after which the transactions themselves are shown; `Sightings.one` and
        /// `Sightings.two` stand for the first two of them.
        var statement: String
    }

    private(set) var counts: [Anomaly.Kind: Int] = [:]
    private(set) var told: [Told] = []

    mutating func add(
        _ kind: Anomaly.Kind,
        key: UInt32,
        transactions: [Int],
        _ statement: @autoclosure () -> String
    ) {
        let count = counts[kind, default: 0] + 1
        counts[kind] = count
        guard count <= Self.toldOfEach else { return }
        told.append(
            Told(kind: kind, key: key, transactions: transactions, statement: statement())
        )
    }

    var anomalies: [Anomaly] {
        Anomaly.Kind.allCases.filter { counts[$0] != nil }.map { Anomaly($0) }
    }
}
