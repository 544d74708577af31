import Histories
import Testing

@Suite struct WriteStampTests {
    private static let fillings: [ValueFilling] = [
        .pattern, .incompressible, .scattered(sixtyFourths: 1), .scattered(sixtyFourths: 21),
    ]

    private func encoded(
        _ stamp: WriteStamp,
        key: Int,
        length: Int,
        filling: ValueFilling = .pattern
    ) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: length)
        var span = bytes.mutableSpan
        stamp.encode(key: key, into: &span, filling: filling)
        return bytes
    }

    @Test(arguments: [26, 27, 100, 1000])
    func `a stamp comes back from a value of any length`(length: Int) {
        for sequence in [1, 47, UInt32.max] {
            let stamp = WriteStamp(writer: 10, sequence: sequence)
            for filling in Self.fillings {
                let bytes = encoded(stamp, key: 5, length: length, filling: filling)
                #expect(WriteStamp.decode(bytes.span, key: 5) == stamp, "\(filling)")
            }
        }
    }

    @Test(arguments: [26, 100, 4096, 4099])
    func `so much of a value is random as was asked for`(length: Int) {
        for parts in [1, 16, 32, 64] {
            let stamp = WriteStamp(writer: 1, sequence: 2)
            let bytes = encoded(
                stamp,
                key: 3,
                length: length,
                filling: .scattered(sixtyFourths: parts)
            )
            let letters = bytes.reversed().prefix { $0 == UInt8(ascii: "x") }.count
            #expect(abs(letters - max(0, min(length - 26, length * (64 - parts) / 64))) <= 1)
        }
        let bytes = encoded(
            WriteStamp(writer: 1, sequence: 2),
            key: 3,
            length: 65_536,
            filling: .incompressible
        )
        var counts = [Int](repeating: 0, count: 256)
        for byte in bytes { counts[Int(byte)] += 1 }
        #expect(counts.allSatisfy { abs($0 - 256) < 100 })
    }

    @Test func `a value reads as text`() {
        let bytes = encoded(WriteStamp(writer: 10, sequence: 47), key: 5, length: 40)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasPrefix("0000000a-0000002f-"))
        #expect(bytes.allSatisfy { (0x20..<0x7f).contains($0) })
    }

    @Test(arguments: fillings)
    func `no flipped bit goes unnoticed`(filling: ValueFilling) {
        let stamp = WriteStamp(writer: 3, sequence: 9)
        let bytes = encoded(stamp, key: 77, length: 64, filling: filling)
        for position in bytes.indices {
            for bit in 0..<8 {
                var broken = bytes
                broken[position] ^= 1 << UInt8(bit)
                #expect(
                    WriteStamp.decode(broken.span, key: 77) == nil,
                    "byte \(position) bit \(bit)"
                )
            }
        }
    }

    @Test func `a value cut short, or stored under another key, is garbage`() {
        let bytes = encoded(WriteStamp(writer: 3, sequence: 9), key: 77, length: 64)
        for length in 0..<64 {
            #expect(WriteStamp.decode(bytes.span.extracting(0..<length), key: 77) == nil)
        }
        #expect(WriteStamp.decode(bytes.span, key: 78) == nil)
        #expect(WriteStamp.decode([UInt8](repeating: 0x30, count: 64).span, key: 77) == nil)
    }

    @Test func `a value mixed from two writes is garbage`() {
        let older = encoded(WriteStamp(writer: 3, sequence: 9), key: 77, length: 64)
        let newer = encoded(WriteStamp(writer: 3, sequence: 10), key: 77, length: 64)
        for cut in 26..<64 {
            let mixed = Array(newer[..<cut] + older[cut...])
            #expect(WriteStamp.decode(mixed.span, key: 77) == nil, "cut at \(cut)")
        }
    }
}
