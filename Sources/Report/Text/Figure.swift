/// Writes numbers as people read them: three significant digits, a unit, grouped thousands.
public enum Figure {
    /// Shown where a number is not known.
    public static let missing = "–"

    /// `340 µs`, `1.23 ms`, `2.41 s`.
    public static func duration(_ seconds: Double?) -> String {
        guard let seconds, seconds.isFinite else { return missing }
        if seconds < 0 { return "−" + duration(-seconds) }
        if seconds == 0 { return "0 s" }
        if seconds < 0.999_5e-6 { return significant(seconds * 1e9) + " ns" }
        if seconds < 0.999_5e-3 { return significant(seconds * 1e6) + " µs" }
        if seconds < 0.999_5 { return significant(seconds * 1e3) + " ms" }
        return significant(seconds) + " s"
    }

    /// `4,012/s`.
    public static func rate(_ perSecond: Double?) -> String {
        guard let perSecond, perSecond.isFinite else { return missing }
        return perSecond < 100
            ? significant(perSecond) + "/s" : count(Int(perSecond.rounded())) + "/s"
    }

    /// `1,234,567`.
    public static func count(_ value: Int?) -> String {
        guard let value else { return missing }
        let digits = String(value.magnitude)
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { grouped.append(",") }
            grouped.append(digit)
        }
        return value < 0 ? "−" + grouped : grouped
    }

    /// `12.3 %` of a fraction.
    public static func percent(_ fraction: Double?) -> String {
        guard let fraction, fraction.isFinite else { return missing }
        return fixed(fraction * 100, decimals: 1) + " %"
    }

    /// `1.12×`.
    public static func ratio(_ value: Double?) -> String {
        guard let value, value.isFinite else { return missing }
        return fixed(value, decimals: 2) + "×"
    }

    /// A moment on the time axis: `12.301 s`.
    public static func moment(_ seconds: Double?) -> String {
        guard let seconds, seconds.isFinite else { return missing }
        return fixed(seconds, decimals: 3) + " s"
    }

    /// `23.4 GB`.
    public static func bytes(_ count: Int?) -> String {
        guard let count else { return missing }
        var value = Double(count)
        for unit in ["B", "kB", "MB", "GB"] {
            if value < 999.5 { return significant(value) + " " + unit }
            value /= 1000
        }
        return significant(value) + " TB"
    }

    /// Three significant digits, or all digits of the whole part where there are more.
    static func significant(_ value: Double) -> String {
        let magnitude = abs(value)
        if magnitude >= 99.95 { return fixed(value, decimals: 0) }
        return fixed(value, decimals: magnitude >= 9.995 ? 1 : 2)
    }

    /// Rounded to so many decimals, with zeros kept.
    static func fixed(_ value: Double, decimals: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return missing }
        var scale: Int64 = 1
        for _ in 0..<decimals { scale *= 10 }
        guard abs(value) * Double(scale) < 9e18 else { return missing }
        let scaled = Int64((abs(value) * Double(scale)).rounded())
        let sign = value < 0 && scaled > 0 ? "−" : ""
        guard decimals > 0 else { return sign + String(scaled) }
        let fraction = String(scaled % scale)
        let zeros = String(repeating: "0", count: decimals - fraction.count)
        return "\(sign)\(scaled / scale).\(zeros)\(fraction)"
    }
}
