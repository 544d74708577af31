/// Seeded chance: the same seed, the same throws.
///
/// Steele, Lea and Flood's SplitMix64 ("Fast splittable pseudorandom number generators", 2014).
struct Dice: Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }

    /// From 0 up to `sides`, without it.
    mutating func roll(_ sides: Int) -> Int {
        Int(truncatingIfNeeded: ((next() >> 32) &* UInt64(max(1, sides))) >> 32)
    }

    mutating func chance(_ percent: Int) -> Bool { roll(100) < percent }
}
