/// Numbers with so many decimals, for files that programs read.
enum FixedText {
    /// A number that is not one, or too large for so many decimals, is 0.
    static func of(_ value: Double, decimals: Int) -> String {
        var scale: UInt64 = 1
        for _ in 0..<decimals { scale *= 10 }
        guard value.isFinite, value.magnitude * Double(scale) < 1.8e19 else {
            return of(0, decimals: decimals)
        }
        let scaled = UInt64((value.magnitude * Double(scale)).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard decimals > 0 else { return "\(sign)\(scaled)" }
        let fraction = String(scaled % scale)
        let zeros = String(repeating: "0", count: decimals - fraction.count)
        return "\(sign)\(scaled / scale).\(zeros)\(fraction)"
    }

    /// With blanks before it up to a width.
    static func of(_ value: Double, decimals: Int, width: Int) -> String {
        padded(of(value, decimals: decimals), width: width)
    }

    static func padded(_ text: String, width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }
}
