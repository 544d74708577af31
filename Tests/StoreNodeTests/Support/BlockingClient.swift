import Glibc
import NIOCore
import RESP

/// A client that waits for what it asks; every wait ends after five seconds.
final class BlockingClient {
    private let socket: Int32
    private var decoder = ReplyDecoder()
    private var arrived = ByteBuffer()

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    init(port: Int) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        unsafe setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let code = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw Failure(description: "connect: errno \(errno)") }
    }

    deinit { close(socket) }

    /// Sends one command and returns its reply.
    func call(_ arguments: String...) throws -> RESPValue { try call(arguments) }

    func call(_ arguments: [String]) throws -> RESPValue {
        var buffer = ByteBuffer()
        buffer.writeCommand(arguments)
        try send(buffer)
        return try reply()
    }

    func send(_ text: String) throws {
        try send(ByteBuffer(string: text))
    }

    func send(_ buffer: ByteBuffer) throws {
        let bytes = Array(buffer.readableBytesView)
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.send(
                    socket,
                    $0.baseAddress?.advanced(by: sent),
                    bytes.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
            }
            guard count > 0 else { throw Failure(description: "send: errno \(errno)") }
            sent += count
        }
    }

    /// The next reply that arrives.
    func reply() throws -> RESPValue {
        while true {
            if let (value, end) = try decode(arrived) {
                arrived.moveReaderIndex(forwardBy: end)
                arrived.discardReadBytes()
                return value
            }
            guard try receive() else { throw Failure(description: "the server closed") }
        }
    }

    /// Whether the server closes the connection without another byte.
    func isClosed() throws -> Bool {
        try !receive()
    }

    private func decode(_ bytes: ByteBuffer) throws -> (RESPValue, Int)? {
        let span = bytes.readableBytesUInt8Span
        guard let end = try decoder.decode(span, from: 0) else { return nil }
        return (try RESPValue(ReplyDecoder.reply(in: span, from: 0, to: end)), end)
    }

    /// Reads what has arrived, waiting for the first byte; false at the end of the stream.
    private func receive() throws -> Bool {
        var received = 0
        unsafe arrived.writeWithUnsafeMutableBytes(minimumWritableBytes: 65_536) {
            received = unsafe recv(socket, $0.baseAddress, $0.count, 0)
            return max(0, received)
        }
        guard received >= 0 || errno == ECONNRESET else {
            throw Failure(description: "receive: errno \(errno)")
        }
        return received > 0
    }
}
