/// A histogram as HdrHistogram prints it (`.hgrm`) and as its plotter reads it: values in
/// milliseconds at levels that come ever closer to 1.
///
/// Unlike figures that people are shown, it goes up to the last observation, with the counts beside.
extension LatencyHistogram {
    public var percentileDistribution: String {
        var text = "       Value     Percentile TotalCount 1/(1-Percentile)\n\n"
        for step in percentileSteps {
            text += FixedText.of(Double(step.value) / 1e6, decimals: 6, width: 12) + " "
            text += FixedText.of(step.level, decimals: 12) + " "
            text += FixedText.padded("\(step.count)", width: 10)
            if step.level < 1 {
                text += " " + FixedText.of(1 / (1 - step.level), decimals: 2, width: 14)
            }
            text += "\n"
        }
        let mean = FixedText.of(mean / 1e6, decimals: 6, width: 12)
        let deviation = FixedText.of(standardDeviation / 1e6, decimals: 6, width: 12)
        let greatest = FixedText.of(Double(maximum) / 1e6, decimals: 6, width: 12)
        text += "#[Mean    = \(mean), StdDeviation   = \(deviation)]\n"
        text += "#[Max     = \(greatest), Total count    = "
        text += FixedText.padded("\(count)", width: 12) + "]\n"
        text += "#[Buckets = \(FixedText.padded("\(Self.doublings)", width: 12))"
        return text + ", SubBuckets     = \(FixedText.padded("256", width: 12))]\n"
    }

    /// Of the buckets' midpoints; 0 without observations.
    public var standardDeviation: Double {
        guard !isEmpty else { return 0 }
        let mean = mean
        let sum = buckets.reduce(0.0) { sum, bucket in
            let middle = Double(bucket.range.lowerBound) / 2 + Double(bucket.range.upperBound) / 2
            return sum + (middle - mean) * (middle - mean) * Double(bucket.count)
        }
        return (sum / Double(count)).squareRoot()
    }

    /// Value, level and how many observations are no longer: five levels between every two halvings
    /// of what lies above.
    public struct PercentileStep: Sendable, Equatable {
        public var value: UInt64
        /// 0 to 1.
        public var level: Double
        public var count: UInt64
    }

    public var percentileSteps: [PercentileStep] {
        var steps: [PercentileStep] = []
        // In per cent, whose steps are binary numbers.
        var (level, seen) = (0.0, UInt64(0))
        for bucket in buckets where bucket.count > 0 {
            seen += bucket.count
            let value = min(bucket.range.upperBound, maximum)
            while 100 * Double(seen) / Double(count) >= level {
                steps.append(.init(value: value, level: level / 100, count: seen))
                level = Self.level(after: level)
                if seen == count {
                    steps.append(.init(value: value, level: 1, count: seen))
                    return steps
                }
            }
        }
        return steps
    }

    private static func level(after level: Double) -> Double {
        var half = 50.0
        while 100 - level <= half { half /= 2 }
        return level + half / 5
    }

    /// How often the first bucket's range doubles until it holds the largest trackable value.
    private static var doublings: Int {
        64 - 8 - (largestTrackable | 255).leadingZeroBitCount + 1
    }
}
