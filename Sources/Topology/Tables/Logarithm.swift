/// The natural logarithm from additions, multiplications and divisions alone.
///
/// The C library's differs in the last bit between versions, and one bit is enough to place a key
/// elsewhere. Exact to about one part in 10^15 and the same everywhere.
public func naturalLogarithm(_ value: Double) -> Double {
    var exponent = Double(value.exponent)
    var significand = value.significand
    if significand > 1.414_213_562_373_095 {
        significand *= 0.5
        exponent += 1
    }
    // ln m = 2 artanh((m − 1) / (m + 1)), the ratio at most 0.172.
    let ratio = (significand - 1) / (significand + 1)
    let square = ratio * ratio
    var sum = 1.0 / 19
    for divisor in stride(from: 17.0, through: 3.0, by: -2.0) { sum = sum * square + 1 / divisor }
    return exponent * 0.693_147_180_559_945_3 + 2 * (ratio + ratio * square * sum)
}
