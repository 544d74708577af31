/// How long the rate of successes took to come back to 90 % of what it was before a fault.
///
/// Works on counts per 100 ms; a single bucket is too noisy, so a rate is a mean over half a second.
struct RateRecovery {
    static let bucket: Int64 = 100_000_000
    /// The rate before is the mean over two seconds, or over what there is, half a second at least.
    private static let bucketsBefore = 20
    private static let smoothing = 5
    /// A fall that begins later than this after the fault has another cause.
    private static let onset = 20

    let counts: [Int]

    struct Result: Equatable {
        /// Successes per second.
        var rateBefore: Double
        /// In nanoseconds; 0 if the rate never fell, `nil` if it did not come back.
        var timeToNinetyPercent: Int64?
    }

    /// `applied` and `until` count from the start of measurement; `nil` without a rate before.
    func result(applied: Int64, until: Int64) -> Result? {
        let fault = Int(applied / Self.bucket)
        let first = max(0, fault - Self.bucketsBefore)
        guard fault - first >= Self.smoothing, fault <= counts.count else { return nil }
        let before = Double(counts[first..<fault].reduce(0, +)) / Double(fault - first)
        guard before > 0 else { return nil }
        let last = min(counts.count, Int(until / Self.bucket)) - Self.smoothing
        let rateBefore = before * 1e9 / Double(Self.bucket)
        guard last >= fault else { return nil }
        func recovered(_ start: Int) -> Bool {
            let sum = counts[start..<start + Self.smoothing].reduce(0, +)
            return Double(sum) / Double(Self.smoothing) >= 0.9 * before
        }
        guard let fall = (fault...last).prefix(Self.onset).first(where: { !recovered($0) }) else {
            return Result(rateBefore: rateBefore, timeToNinetyPercent: 0)
        }
        let back = (fall...last).first(where: recovered)
        return Result(
            rateBefore: rateBefore,
            timeToNinetyPercent: back.map { max(0, Int64($0) * Self.bucket - applied) }
        )
    }
}
