import Benchmark
import NIOCore
import RESP

private let value = [UInt8](repeating: 0x78, count: 100)

/// Sixteen of them, as a client with a pipeline sends them.
private func stream(_ command: (Int) -> [[UInt8]]) -> [UInt8] {
    var buffer = ByteBuffer()
    for number in 0..<16 { buffer.writeCommand(command(number)) }
    return Array(buffer.readableBytesView)
}

/// A stream that is read again and again.
private struct CommandStream {
    let bytes: [UInt8]
    var decoder = CommandDecoder()
    var position = 0

    mutating func next() -> Int {
        let bytes = self.bytes
        if position == bytes.count { position = 0 }
        guard let end = try? decoder.decode(bytes.span, from: position) else {
            preconditionFailure("The stream holds whole commands.")
        }
        let count = decoder.command(in: bytes.span, from: position).count
        position = end
        return count
    }
}

private struct ReplyStream {
    let bytes: [UInt8]
    var decoder = ReplyDecoder()
    var position = 0

    mutating func next() -> Int {
        let bytes = self.bytes
        if position == bytes.count { position = 0 }
        guard let end = try? decoder.decode(bytes.span, from: position) else {
            preconditionFailure("The stream holds whole replies.")
        }
        let size = ReplyDecoder.reply(in: bytes.span, from: position, to: end).payload.count
        position = end
        return size
    }
}

func measureProtocol() {
    let reads = stream { [Array("GET".utf8), key($0)] }
    measure("RESP, decode GET", allocating: 0...0, on: { CommandStream(bytes: reads) }) {
        stream,
        _ in
        blackHole(stream.next())
    }
    let writes = stream { [Array("SET".utf8), key($0), value] }
    measure(
        "RESP, decode SET of 100 bytes",
        allocating: 0...0,
        on: { CommandStream(bytes: writes) }
    ) { stream, _ in
        blackHole(stream.next())
    }
    let replies = (0..<16).flatMap { _ in Array("$100\r\n".utf8) + value + Array("\r\n".utf8) }
    measure(
        "RESP, decode a reply of 100 bytes",
        allocating: 0...0,
        on: { ReplyStream(bytes: replies) }
    ) {
        stream,
        _ in
        blackHole(stream.next())
    }
    measure("RESP, encode SET of 100 bytes", allocating: 0...0, on: { ByteBuffer() }) { buffer, _ in
        buffer.clear()
        buffer.writeCommandHeader(count: 3)
        buffer.writeArgument("SET")
        buffer.writeArgument(value.span)
        buffer.writeArgument(value.span)
        blackHole(buffer.readableBytes)
    }
}
