/// Writes a span of nanoseconds as seconds with milliseconds: `12.301 s`.
enum Seconds {
    static func text(_ nanoseconds: Int64) -> String {
        let milliseconds = (nanoseconds.magnitude + 500_000) / 1_000_000
        let fraction = String(milliseconds % 1000)
        let padding = String(repeating: "0", count: 3 - fraction.count)
        let sign = nanoseconds < 0 && milliseconds > 0 ? "-" : ""
        return "\(sign)\(milliseconds / 1000).\(padding)\(fraction) s"
    }

    static func text(_ seconds: Double) -> String {
        guard seconds.isFinite, abs(seconds) < 1e9 else { return "?" }
        return text(Int64((seconds * 1e9).rounded()))
    }
}
