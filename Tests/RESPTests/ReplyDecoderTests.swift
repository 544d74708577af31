import NIOCore
import RESP
import Testing

/// Decodes every reply of `bytes`, which arrive cut at `cuts`, as a connection would.
func replies(_ bytes: [UInt8], cutAt cuts: [Int] = []) throws -> [RESPValue] {
    var decoder = ReplyDecoder()
    var found: [RESPValue] = []
    var arrived = ByteBuffer()
    var last = 0
    for cut in cuts + [bytes.count] {
        arrived.writeBytes(bytes[last..<cut])
        last = cut
        let start = try takeReplies(arrived, &decoder, into: &found)
        arrived.moveReaderIndex(forwardBy: start)
        arrived.discardReadBytes()
    }
    return found
}

private func takeReplies(
    _ arrived: ByteBuffer,
    _ decoder: inout ReplyDecoder,
    into found: inout [RESPValue]
) throws -> Int {
    let bytes = arrived.readableBytesUInt8Span
    var start = 0
    while let end = try decoder.decode(bytes, from: start) {
        found.append(try RESPValue(ReplyDecoder.reply(in: bytes, from: start, to: end)))
        start = end
    }
    return start
}

private let transcript = Array(
    ("+OK\r\n-ERR no\r\n:-12\r\n$3\r\na\r\n\r\n$-1\r\n*-1\r\n*0\r\n"
        + "*2\r\n*1\r\n$1\r\nx\r\n:7\r\n_\r\n#t\r\n,1.5\r\n(123\r\n!3\r\nbad\r\n=6\r\ntxt:hi\r\n"
        + "%1\r\n+k\r\n:1\r\n~1\r\n:2\r\n>1\r\n+p\r\n|1\r\n+ttl\r\n|1\r\n+x\r\n+y\r\n:3\r\n:9\r\n")
        .utf8
)

private let transcriptValues: [RESPValue] = [
    .simpleString("OK"), .error("ERR no"), .integer(-12), .bulk(Array("a\r\n".utf8)), .null, .null,
    .array([]), .array([.array([.bulk(Array("x".utf8))]), .integer(7)]), .null, .boolean(true),
    .double("1.5"), .bigNumber("123"), .error("bad"), .bulk(Array("hi".utf8)),
    .map([.simpleString("k"), .integer(1)]), .set([.integer(2)]), .push([.simpleString("p")]),
    .integer(9),
]

@Suite struct ReplyDecoderTests {
    @Test func `replies of every type are read in order`() throws {
        #expect(try replies(transcript) == transcriptValues)
    }

    @Test func `replies cut at any byte are read as if they were whole`() throws {
        for cut in 0...transcript.count {
            #expect(try replies(transcript, cutAt: [cut]) == transcriptValues, "cut at \(cut)")
        }
        #expect(try replies(transcript, cutAt: Array(1..<transcript.count)) == transcriptValues)
    }

    @Test(arguments: [
        ("?\r\n", RESPError.unknownReplyType(0x3F)),
        ("$-2\r\n", .invalidBulkLength),
        ("!-1\r\n", .invalidBulkLength),
        ("$?\r\n", .invalidBulkLength),
        ("$1\r\nabc", .expectedLineEnd),
        (":1x\r\n", .invalidInteger),
        ("*2147483648\r\n", .invalidBulkLength),
    ])
    func `what is no reply is refused`(text: String, error: RESPError) {
        #expect(throws: error) { try replies(Array(text.utf8)) }
    }

    @Test func `an endless line is refused`() {
        let line = [UInt8](repeating: UInt8(ascii: "+"), count: 65_600)
        #expect(throws: RESPError.replyLineTooLong) { try replies(line) }
    }

    @Test func `a count that claims billions costs nothing`() throws {
        let claims = String(repeating: "*2147483647\r\n", count: 1000)
        #expect(try replies(Array(claims.utf8)) == [])
    }

    @Test func `a tree deeper than the limit is refused and not recursed into`() {
        let deep = String(repeating: "*1\r\n", count: 100_000) + ":1\r\n"
        #expect(throws: RESPError.replyTooDeep) { try replies(Array(deep.utf8)) }
    }

    @Test func `a view gives the kind and the payload without a copy`() throws {
        var decoder = ReplyDecoder()
        let buffer = ByteBuffer(string: ":42\r\n$2\r\nhi\r\n-MOVED 1 a:1\r\n")
        let bytes = buffer.readableBytesUInt8Span
        let first = try #require(try decoder.decode(bytes, from: 0))
        #expect(ReplyDecoder.reply(in: bytes, from: 0, to: first).integer == 42)
        let second = try #require(try decoder.decode(bytes, from: first))
        let bulk = ReplyDecoder.reply(in: bytes, from: first, to: second)
        let kind = bulk.kind
        #expect(kind == .bulk)
        #expect(bulk.payload.text == "hi")
        let third = try #require(try decoder.decode(bytes, from: second))
        let error = ReplyDecoder.reply(in: bytes, from: second, to: third)
        let isError = error.isError
        #expect(isError)
        #expect(error.payload.text == "MOVED 1 a:1")
        #expect(third == bytes.count)
    }
}
