import Determinism

/// A duration that is drawn anew each time: at least `least`, then exponentially about `mean` more.
struct Spread: Sendable, Equatable {
    var least: UInt64
    var mean: UInt64

    init(_ least: UInt64, _ mean: UInt64) {
        self.least = least
        self.mean = mean
    }

    /// The duration that the bits of a random number stand for; only the upper 40 count.
    ///
    /// Powers of two have their exact probabilities, between them it is uniform: no logarithm.
    func duration(_ bits: UInt64) -> UInt64 {
        let halvings = UInt64((bits | 0xFF_FFFF_FFFF).leadingZeroBitCount)
        let fraction = (bits >> 40) & 1_023
        return least &+ (mean &* (halvings &* 1_024 &+ fraction) &* 710) >> 20
    }

    func draw(_ generator: inout SeededGenerator) -> UInt64 { duration(generator.next()) }
}

/// A chance in 2^-32, compared with the lower half of a random number.
struct Chance: Sendable, Equatable {
    var of32: UInt64

    static let never = Chance(of32: 0)

    init(of32: UInt64) { self.of32 = of32 }
    init(_ probability: Double) { of32 = UInt64(probability * 4_294_967_296) }

    func happens(_ bits: UInt64) -> Bool { bits & 0xFFFF_FFFF < of32 }
}
