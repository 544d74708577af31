/// The mean and the deviation of the last intervals between heartbeats.
struct RecentIntervals: Sendable {
    private var values: [Double] = []
    private var next = 0

    /// Eight seconds of heartbeats.
    private static let limit = 200

    /// As if the first heartbeats had come when they should.
    private static let expected = Double(Heartbeats.interval)

    /// Adds an interval, nanoseconds.
    ///
    /// An outage teaches nothing about the intervals of a node that lives.
    mutating func add(_ interval: UInt64) {
        guard interval < Heartbeats.longestSilence else { return }
        if values.count < Self.limit {
            values.append(Double(interval))
        } else {
            values[next] = Double(interval)
            next = (next + 1) % Self.limit
        }
    }

    var mean: Double {
        guard !values.isEmpty else { return Self.expected }
        return values.reduce(0, +) / Double(values.count)
    }

    var deviation: Double {
        guard values.count > 1 else { return 0 }
        let mean = mean
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(values.count - 1)).squareRoot()
    }
}
