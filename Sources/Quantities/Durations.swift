/// Reads `5s`, `250ms`, `1.5s`, `10us`, `2m`, `1m30s`, `1h`; nil for anything else.
public func parsedDuration(_ text: String) -> Duration? {
    writtenSeconds(text).flatMap { $0 < 1e9 ? .seconds($0) : nil }
}

/// Whether the text is a number with a unit, of whatever length.
public func isDuration(_ text: String) -> Bool { writtenSeconds(text) != nil }

/// Numbers with units, the larger before the smaller: `1m30s`.
private func writtenSeconds(_ text: String) -> Double? {
    let units: [(name: Substring, seconds: Double)] = [
        ("h", 3600), ("m", 60), ("s", 1), ("ms", 1e-3), ("us", 1e-6), ("µs", 1e-6),
    ]
    var (sum, rest, next) = (0.0, text[...], 0)
    repeat {
        let digits = rest.prefix { $0 == "." || $0 == "_" || $0.isNumber }
        let name = rest.dropFirst(digits.count).prefix { $0.isLetter }
        guard let number = plainNumber(digits),
            let unit = units.firstIndex(where: { $0.name == name }), unit >= next
        else { return nil }
        sum += number * units[unit].seconds
        next = unit + 1
        rest = rest.dropFirst(digits.count + name.count)
    } while !rest.isEmpty
    return sum
}

/// The shortest exact-looking text: `5s`, `250ms`, `1m30s`.
public func durationText(_ duration: Duration) -> String {
    let seconds = duration.seconds
    if seconds == 0 { return "0s" }
    if seconds < 0.001 { return "\(decimalText(seconds * 1_000_000))us" }
    if seconds < 1 { return "\(decimalText(seconds * 1000))ms" }
    if seconds < 60 { return "\(decimalText(seconds))s" }
    let whole = Int(seconds.rounded())
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    var text = hours > 0 ? "\(hours)h" : ""
    if minutes > 0 { text += "\(minutes)m" }
    if rest > 0 { text += "\(rest)s" }
    return text
}

extension Duration {
    public var seconds: Double {
        let parts = components
        return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
    }
}
