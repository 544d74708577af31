internal import NIOCore
internal import RESP
internal import Sockets

/// Commands that are written rarely; the frequent ones are laid out in `CommandTemplates`.
extension ByteQueue {
    mutating func append(command: [String]) {
        var buffer = ByteBuffer()
        buffer.writeCommand(command)
        append(buffer.readableBytesUInt8Span)
    }

    mutating func append(command: [[UInt8]]) {
        var buffer = ByteBuffer()
        buffer.writeCommand(command)
        append(buffer.readableBytesUInt8Span)
    }
}
