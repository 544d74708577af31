/// A non-negative decimal.
///
/// Digits, `_` between them, at most one point; no sign, exponent or `inf`.
public func plainNumber(_ text: some StringProtocol) -> Double? {
    let digits = text.filter { $0 != "_" }
    guard let first = digits.first, first.isASCII, first.isNumber,
        digits.allSatisfy({ $0 == "." || ($0.isASCII && $0.isNumber) })
    else { return nil }
    return Double(String(digits))
}

/// Reads `4000/s` as operations a second; nil for anything else.
public func parsedRate(_ text: some StringProtocol) -> Double? {
    guard text.hasSuffix("/s") else { return nil }
    return plainNumber(text.dropLast(2))
}

/// Reads `20%` and `0.2` as a part of a whole; nil for anything else, also for more than all of it.
public func parsedShare(_ text: some StringProtocol) -> Double? {
    let isPercent = text.hasSuffix("%")
    guard let number = plainNumber(isPercent ? text.dropLast() : text[...]) else { return nil }
    let share = isPercent ? number / 100 : number
    return share <= 1 ? share : nil
}

/// Reads a number of bytes, `100`, `4k`, `4KiB`, `1MB`; nil for anything else.
///
/// As everywhere where memory is meant, `k` and `KiB` are 1,024; only `kB` and `MB` are powers of
/// ten.
public func parsedByteCount(_ text: some StringProtocol) -> Int? {
    let units: [(suffix: String, bytes: Double)] = [
        ("KiB", 1024), ("MiB", 1_048_576), ("GiB", 1_073_741_824), ("kB", 1e3), ("MB", 1e6),
        ("GB", 1e9), ("k", 1024), ("B", 1), ("", 1),
    ]
    for unit in units where text.hasSuffix(unit.suffix) {
        guard let number = plainNumber(text.dropLast(unit.suffix.count)) else { continue }
        let bytes = number * unit.bytes
        return bytes < 1e15 && bytes == bytes.rounded() ? Int(bytes) : nil
    }
    return nil
}

/// A number with three digits after the point at most, none of them a trailing zero.
public func decimalText(_ number: Double) -> String {
    guard number.isFinite, number.magnitude < 1e15 else { return "\(number)" }
    let thousandths = Int((number * 1000).rounded())
    let (whole, fraction) = thousandths.quotientAndRemainder(dividingBy: 1000)
    if fraction == 0 { return "\(whole)" }
    var digits = String(fraction.magnitude + 1000).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    return "\(number < 0 && whole == 0 ? "-" : "")\(whole).\(digits)"
}
