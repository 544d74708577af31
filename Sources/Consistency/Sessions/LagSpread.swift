/// How often lags of which size occurred: sixteen steps to each doubling, and the largest exactly.
public struct LagSpread: Sendable, Hashable, Codable {
    private var counts: [Int] = []
    public private(set) var largest: Int64 = 0

    public init() {}

    public var count: Int { counts.reduce(0, +) }

    /// - Parameter lag: Nothing below 0 is a lag: such a one counts as 0.
    public mutating func add(_ lag: Int64) {
        let step = Self.step(of: max(0, lag))
        if step >= counts.count {
            counts.append(contentsOf: repeatElement(0, count: step + 1 - counts.count))
        }
        counts[step] += 1
        largest = max(largest, lag)
    }

    public mutating func add(_ other: Self) {
        if other.counts.count > counts.count {
            counts.append(
                contentsOf: repeatElement(0, count: other.counts.count - counts.count)
            )
        }
        for (step, count) in other.counts.enumerated() { counts[step] += count }
        largest = max(largest, other.largest)
    }

    /// The lag that a share of all lags do not exceed, rounded up by at most a sixteenth.
    public func quantile(_ share: Double) -> Int64 {
        let total = count
        guard total > 0 else { return 0 }
        let rank = max(1, Int((share * Double(total)).rounded(.up)))
        var seen = 0
        for (step, count) in counts.enumerated() {
            seen += count
            if seen >= rank { return min(largest, Self.greatest(of: step)) }
        }
        return largest
    }

    private static func step(of lag: Int64) -> Int {
        guard lag >= 16 else { return Int(lag) }
        let exponent = 63 - lag.leadingZeroBitCount
        return (exponent - 3) * 16 + Int((lag >> Int64(exponent - 4)) & 15)
    }

    private static func greatest(of step: Int) -> Int64 {
        guard step >= 16 else { return Int64(step) }
        let shift = Int64(step / 16 - 1)
        let next = Int64(step % 16 + 16 + 1).multipliedReportingOverflow(by: 1 << shift)
        return next.overflow ? .max : next.partialValue - 1
    }
}
