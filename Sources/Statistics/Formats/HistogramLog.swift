/// Lines of a histogram log, format 1.3 (`.hlog`), which HdrHistogram's tools read: one histogram an
/// interval and tag.
public enum HistogramLog {
    /// What stands before the first interval.
    ///
    /// - Parameters:
    ///   - startedAt: Seconds since 1970.
    ///   - remarks: Lines that readers skip.
    public static func head(startedAt: Double, remarks: [String] = []) -> String {
        let seconds = FixedText.of(startedAt, decimals: 3)
        var text = remarks.map { "#\($0)\n" }.joined()
        text += "#[Histogram log format version 1.3]\n"
        text += "#[StartTime: \(seconds) (seconds since epoch)]\n"
        text += "#[BaseTime: \(seconds) (seconds since epoch)]\n"
        text += "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\","
        return text + "\"Interval_CompressedHistogram\"\n"
    }

    /// One interval.
    ///
    /// The greatest value is in milliseconds, as everywhere in these logs; those in the histogram are
    /// nanoseconds.
    ///
    /// - Parameters:
    ///   - start: Seconds since the start of the log.
    ///   - tag: Neither commas nor blanks stand in it.
    public static func line(
        _ histogram: LatencyHistogram,
        tag: String,
        start: Double,
        length: Double
    ) -> String {
        let name = tag.map { $0 == "," || $0.isWhitespace ? "-" : $0 }
        let greatest = Double(histogram.maximum) / 1e6
        return "Tag=\(String(name)),\(FixedText.of(start, decimals: 3)),"
            + "\(FixedText.of(length, decimals: 3)),\(FixedText.of(greatest, decimals: 3)),"
            + "\(histogram.compressedText)\n"
    }
}
