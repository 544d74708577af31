import NIOCore
import RESP
import Testing

/// Decodes every command of `bytes`, which arrive cut at `cuts`, as a connection would.
func commands(_ bytes: [UInt8], cutAt cuts: [Int] = []) throws -> [[[UInt8]]] {
    var decoder = CommandDecoder()
    var found: [[[UInt8]]] = []
    var arrived = ByteBuffer()
    var last = 0
    for cut in cuts + [bytes.count] {
        arrived.writeBytes(bytes[last..<cut])
        last = cut
        let start = try takeCommands(arrived, &decoder, into: &found)
        arrived.moveReaderIndex(forwardBy: start)
        arrived.discardReadBytes()
    }
    return found
}

private func takeCommands(
    _ arrived: ByteBuffer,
    _ decoder: inout CommandDecoder,
    into found: inout [[[UInt8]]]
) throws -> Int {
    let bytes = arrived.readableBytesUInt8Span
    var start = 0
    while let end = try decoder.decode(bytes, from: start) {
        let command = decoder.command(in: bytes, from: start)
        var arguments: [[UInt8]] = []
        for index in 0..<command.count { arguments.append(command[index].array) }
        found.append(arguments)
        start = end
    }
    return start
}

private func words(_ commands: [[[UInt8]]]) -> [[String]] {
    commands.map { $0.map { String(decoding: $0, as: UTF8.self) } }
}

private let transcript = Array(
    ("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\n\r\n\r\n\r\n*1\r\n$4\r\nPING\r\n"
        + "PING\r\nset \"a b\" 'c'\n*2\r\n$3\r\nGET\r\n$0\r\n\r\n*0\r\n\r\n*1\r\n$4\r\nQUIT\r\n")
        .utf8
)

private let transcriptWords = [
    ["SET", "k", "\r\n\r\n"], ["PING"], ["PING"], ["set", "a b", "c"], ["GET", ""], [], [],
    ["QUIT"],
]

@Suite struct CommandDecoderTests {
    @Test func `a pipeline of arrays and inline commands is read in order`() throws {
        #expect(words(try commands(transcript)) == transcriptWords)
    }

    @Test func `commands cut at any byte are read as if they were whole`() throws {
        for cut in 0...transcript.count {
            #expect(
                words(try commands(transcript, cutAt: [cut])) == transcriptWords,
                "cut at \(cut)"
            )
        }
        let everyByte = Array(1..<transcript.count)
        #expect(words(try commands(transcript, cutAt: everyByte)) == transcriptWords)
    }

    @Test func `binary arguments arrive unchanged`() throws {
        let every = Array(UInt8.min...UInt8.max)
        var buffer = ByteBuffer()
        buffer.writeCommand([Array("ECHO".utf8), every])
        #expect(try commands(Array(buffer.readableBytesView)) == [[Array("ECHO".utf8), every]])
    }

    @Test(arguments: [
        ("*x\r\n", RESPError.invalidArgumentCount),
        ("*1048577\r\n", .invalidArgumentCount),
        ("*99999999999999999999\r\n", .invalidArgumentCount),
        ("*-9223372036854775809\r\n", .invalidArgumentCount),
        ("*+1\r\n", .invalidArgumentCount),
        ("*01\r\n", .invalidArgumentCount),
        ("*\r\n", .invalidArgumentCount),
        ("*1\r\r", .expectedLineEnd),
        ("*1\r\n:1\r\n", .expectedBulk(found: 0x3A)),
        ("*1\r\n$-1\r\n", .invalidBulkLength),
        ("*1\r\n$536870913\r\n", .invalidBulkLength),
        ("*1\r\n$1\r\nxyz", .expectedLineEnd),
        ("GET \"a\r\n", .unbalancedQuotes),
        ("GET 'a'b\r\n", .unbalancedQuotes),
    ])
    func `what is no command is refused`(text: String, error: RESPError) {
        #expect(throws: error) { try commands(Array(text.utf8)) }
        #expect(throws: error) {
            try commands(Array(text.utf8), cutAt: Array(1..<min(100, text.utf8.count)))
        }
    }

    @Test(arguments: [
        (#"a "b\n\x41\"" 'c\'d\n' """#, ["a", "b\nA\"", #"c'd\n"#, ""]),
        (#"  a  "#, ["a"]),
        (#"\x "\q""#, [#"\x"#, "q"]),
    ])
    func `inline commands follow the quoting rules of Redis`(
        line: String,
        expected: [String]
    ) throws {
        #expect(words(try commands(Array((line + "\r\n").utf8))) == [expected])
    }

    @Test func `an endless line is refused`() {
        let line = [UInt8](repeating: UInt8(ascii: "a"), count: 65_537)
        #expect(throws: RESPError.inlineTooLong) { try commands(line) }
    }

    @Test func `a refusal says what Redis says`() {
        #expect(
            RESPError.expectedBulk(found: UInt8(ascii: ":")).message
                == "Protocol error: expected '$', got ':'"
        )
        #expect(RESPError.expectedBulk(found: 10).message.contains("'?'"))
    }
}
