/// A bijection of `0 ..< count` that looks random: it scatters ranks over keys.
///
/// A Feistel network over the next power of four, walked until it lands inside the range (Black and
/// Rogaway, "Ciphers with arbitrary finite domains", 2002): constant memory, at most four steps
/// on average, and no two ranks share a key, which hashing cannot promise.
public struct Permutation: Sendable {
    public let count: Int

    private let halfBits: UInt64
    private let halfMask: UInt64
    private let keys: [4 of UInt64]

    /// `count` is at least 1.
    public init(count: Int, seed: Seed) {
        precondition(count > 0, "A permutation is of at least one element.")
        self.count = count
        var bits: UInt64 = 1
        while UInt64(count - 1) >> (2 * bits) != 0 { bits += 1 }
        halfBits = bits
        halfMask = (1 << bits) - 1
        var generator = SeededGenerator(seed: seed)
        keys = [generator.next(), generator.next(), generator.next(), generator.next()]
    }

    /// The element that `position` goes to.
    public subscript(_ position: Int) -> Int {
        var element = UInt64(position)
        repeat { element = forward(element) } while element >= UInt64(count)
        return Int(element)
    }

    /// The position that goes to `element`.
    public func position(of element: Int) -> Int {
        var position = UInt64(element)
        repeat { position = backward(position) } while position >= UInt64(count)
        return Int(position)
    }

    private func forward(_ value: UInt64) -> UInt64 {
        var (left, right) = (value >> halfBits, value & halfMask)
        for round in 0..<4 {
            (left, right) = (right, left ^ scrambled(right, round))
        }
        return left << halfBits | right
    }

    private func backward(_ value: UInt64) -> UInt64 {
        var (left, right) = (value >> halfBits, value & halfMask)
        for round in stride(from: 3, through: 0, by: -1) {
            (left, right) = (right ^ scrambled(left, round), left)
        }
        return left << halfBits | right
    }

    private func scrambled(_ half: UInt64, _ round: Int) -> UInt64 {
        SplitMix64.mixed(half ^ keys[round]) & halfMask
    }
}
