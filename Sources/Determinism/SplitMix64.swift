/// Steele, Lea and Flood's generator ("Fast splittable pseudorandom number generators", 2014).
///
/// It only spreads seeds here: any 64-bit state is a good one, zero included.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    static let increment: UInt64 = 0x9e37_79b9_7f4a_7c15

    private var state: UInt64

    public init(state: UInt64) {
        self.state = state
    }

    public mutating func next() -> UInt64 {
        state &+= Self.increment
        return Self.mixed(state)
    }

    /// The generator's finaliser: a bijection of the 64-bit numbers that changes half of the bits
    /// for each input bit changed.
    public static func mixed(_ value: UInt64) -> UInt64 {
        var bits = value
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }
}
