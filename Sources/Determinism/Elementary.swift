/// Logarithm and exponential from additions, multiplications and divisions alone.
///
/// The C library's differ in the last bit between versions, and one bit is enough to change which
/// key a seed draws. These are exact to about one part in 10^15 and the same everywhere.
public enum Elementary {
    /// The natural logarithm of a finite number above 0.
    public static func log(_ value: Double) -> Double {
        var exponent = value.exponent
        var significand = value.significand
        if significand > 1.414_213_562_373_095 {
            significand *= 0.5
            exponent += 1
        }
        let tail = Double(exponent) * ln2Low
        return Double(exponent) * ln2High
            + (tail + twiceInverseTangent((significand - 1) / (significand + 1)))
    }

    /// `log(1 + value)`, exact for small values too.
    public static func log1p(_ value: Double) -> Double {
        guard abs(value) < 0.4 else { return log(1 + value) }
        return twiceInverseTangent(value / (2 + value))
    }

    /// e to the power of a value in about ±700.
    public static func exp(_ value: Double) -> Double {
        let (power, remainder) = reduced(value)
        return scaled(1 + expm1Series(remainder), by: power)
    }

    /// `exp(value) - 1`, exact for small values too.
    public static func expm1(_ value: Double) -> Double {
        abs(value) < 0.35 ? expm1Series(value) : exp(value) - 1
    }

    private static let ln2High = 0x1.62e42fee00000p-1
    private static let ln2Low = 0x1.a39ef35793c76p-33

    /// Twice the inverse hyperbolic tangent, for |ratio| <= 0.2.
    private static func twiceInverseTangent(_ ratio: Double) -> Double {
        let square = ratio * ratio
        var sum = 1.0 / 23
        sum = sum * square + 1.0 / 21
        sum = sum * square + 1.0 / 19
        sum = sum * square + 1.0 / 17
        sum = sum * square + 1.0 / 15
        sum = sum * square + 1.0 / 13
        sum = sum * square + 1.0 / 11
        sum = sum * square + 1.0 / 9
        sum = sum * square + 1.0 / 7
        sum = sum * square + 1.0 / 5
        sum = sum * square + 1.0 / 3
        return 2 * ratio + 2 * ratio * square * sum
    }

    /// The Taylor series, for |value| <= 0.35.
    private static func expm1Series(_ value: Double) -> Double {
        var sum = 1.0 / 87_178_291_200
        sum = sum * value + 1.0 / 6_227_020_800
        sum = sum * value + 1.0 / 479_001_600
        sum = sum * value + 1.0 / 39_916_800
        sum = sum * value + 1.0 / 3_628_800
        sum = sum * value + 1.0 / 362_880
        sum = sum * value + 1.0 / 40_320
        sum = sum * value + 1.0 / 5_040
        sum = sum * value + 1.0 / 720
        sum = sum * value + 1.0 / 120
        sum = sum * value + 1.0 / 24
        sum = sum * value + 1.0 / 6
        sum = sum * value + 0.5
        return value + value * value * sum
    }

    /// `value` as a power of two times e to a remainder of at most half of ln 2.
    private static func reduced(_ value: Double) -> (power: Int, remainder: Double) {
        let power = (value * 1.442_695_040_888_963_4).rounded()
        return (Int(power), (value - power * ln2High) - power * ln2Low)
    }

    private static func scaled(_ value: Double, by power: Int) -> Double {
        value * Double(sign: .plus, exponent: power, significand: 1)
    }
}
