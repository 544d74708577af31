/// Logarithms to base 2, to about twelve digits and the same on every machine.
///
/// Charts need them, and no platform library is imported here.
package enum Logarithm {
    /// `value` is above 0.
    package static func base2(_ value: Double) -> Double {
        guard value > 0, value.isFinite else { return 0 }
        // ln m = 2 artanh((m-1)/(m+1)), where 1 <= m < 2, so that the ratio is at most 1/3.
        let ratio = (value.significand - 1) / (value.significand + 1)
        let square = ratio * ratio
        var power = ratio
        var sum = 0.0
        for term in stride(from: 1.0, through: 25.0, by: 2.0) {
            sum += power / term
            power *= square
        }
        return Double(value.exponent) + 2 * sum * 1.442_695_040_888_963_4
    }
}
