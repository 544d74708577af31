import Testing
import Topology

@Suite struct StableHashTests {
    /// The vectors published with wyhash, final version 4: the seed is the vector's number.
    static let vectors: [(text: String, hash: UInt64)] = [
        ("", 0x0409_638e_e2bd_e459),
        ("a", 0xa841_2d09_1b5f_e0a9),
        ("abc", 0x32dd_92e4_b291_5153),
        ("message digest", 0x8619_1240_89a3_a16b),
        ("abcdefghijklmnopqrstuvwxyz", 0x7a43_afb6_1d7f_5f40),
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 0xff42_329b_90e5_0d58),
        (String(repeating: "1234567890", count: 8), 0xc39c_ab13_b115_aad3),
    ]

    @Test(arguments: vectors.indices)
    func `hashes agree with the published vectors`(number: Int) {
        let vector = Self.vectors[number]
        #expect(StableHash.hash(vector.text, seed: UInt64(number)) == vector.hash)
    }

    @Test func `an integer hashes as its bytes do`() {
        for value: UInt64 in [0, 1, 0x0123_4567_89ab_cdef, .max] {
            let bytes = (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
            #expect(StableHash.hash(value, seed: 5) == StableHash.hash(bytes.span, seed: 5))
        }
    }
}
