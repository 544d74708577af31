import NIOCore
import RESP
import Testing

@Suite struct ReplyEncoderTests {
    private func written(_ write: (inout ByteBuffer) -> Void) -> String {
        var buffer = ByteBuffer()
        write(&buffer)
        return String(buffer: buffer)
    }

    @Test(arguments: [
        0, 1, -1, 9, 10, 99, 100, 101, 999, 1000, 16_384, -16_384, 1_234_567_890, Int.max, Int.min,
        Int.max - 1, 1_000_000_000_000_000_000, 9_999_999_999_999_999,
    ])
    func `an integer is written in full and read back`(value: Int) throws {
        #expect(written { $0.writeRESPInteger(value) } == ":\(value)\r\n")
        #expect(try replies(Array(":\(value)\r\n".utf8)) == [.integer(value)])
    }

    @Test func `each reply has its form in both dialects`() {
        #expect(written { $0.writeSimpleString("OK") } == "+OK\r\n")
        #expect(written { $0.writeError("ERR a\r\nb\nc") } == "-ERR a b c\r\n")
        #expect(written { $0.writeBulk("héé") } == "$5\r\nhéé\r\n")
        #expect(written { $0.writeNull(.two) } == "$-1\r\n")
        #expect(written { $0.writeNull(.three) } == "_\r\n")
        #expect(written { $0.writeArrayHeader(count: 12) } == "*12\r\n")
        #expect(written { $0.writeMapHeader(count: 3, .two) } == "*6\r\n")
        #expect(written { $0.writeMapHeader(count: 3, .three) } == "%3\r\n")
        #expect(written { $0.writeVerbatim("a", .two) } == "$1\r\na\r\n")
        #expect(written { $0.writeVerbatim("a", .three) } == "=5\r\ntxt:a\r\n")
    }
}
