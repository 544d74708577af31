/// The only source of chance in the project: xoshiro256** (Blackman and Vigna, 2018), its state
/// filled by SplitMix64 as its authors advise.
///
/// The draws below are its own rather than the standard library's, whose algorithms may change
/// with the compiler: a seed must repeat a run for years.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state0: UInt64
    private var state1: UInt64
    private var state2: UInt64
    private var state3: UInt64

    public init(seed: Seed) {
        var spread = SplitMix64(state: seed.rawValue)
        self.init(state: (spread.next(), spread.next(), spread.next(), spread.next()))
    }

    /// Starts from a whole state, as published test vectors give it; at least one word is not 0.
    init(state: (UInt64, UInt64, UInt64, UInt64)) {
        (state0, state1, state2, state3) = state
    }

    public mutating func next() -> UInt64 {
        let result = rotated(state1 &* 5, by: 7) &* 9
        let shifted = state1 << 17
        state2 ^= state0
        state3 ^= state1
        state1 ^= state2
        state0 ^= state3
        state2 ^= shifted
        state3 = rotated(state3, by: 45)
        return result
    }

    /// A number in `0 ..< bound`, each equally likely (Lemire, 2019); `bound` is at least 1.
    public mutating func next(below bound: Int) -> Int {
        precondition(bound > 0, "A number is drawn from a range that is not empty.")
        let range = UInt64(bound)
        var product = next().multipliedFullWidth(by: range)
        if product.low < range {
            let rejected = (0 &- range) % range
            while product.low < rejected {
                product = next().multipliedFullWidth(by: range)
            }
        }
        return Int(product.high)
    }

    /// A number in [0, 1) with 53 random bits.
    public mutating func nextUnit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// A number of the exponential law of mean 1.
    public mutating func nextExponential() -> Double {
        -Elementary.log1p(-nextUnit())
    }

    /// True with this probability.
    public mutating func nextBool(probability: Double) -> Bool {
        nextUnit() < probability
    }

    /// One of the elements, each equally likely; nil if there is none.
    public mutating func element<Elements: RandomAccessCollection>(
        of elements: Elements
    ) -> Elements.Element? {
        guard !elements.isEmpty else { return nil }
        return elements[elements.index(elements.startIndex, offsetBy: next(below: elements.count))]
    }

    /// The elements in an order drawn at random (Fisher and Yates).
    public mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
        var shuffled = elements
        var last = shuffled.count - 1
        while last > 0 {
            shuffled.swapAt(last, next(below: last + 1))
            last -= 1
        }
        return shuffled
    }
}

private func rotated(_ value: UInt64, by count: UInt64) -> UInt64 {
    (value << count) | (value >> (64 - count))
}
