internal import CSystemCalls
import Glibc
internal import NIOCore
public import RESP

/// A connection of the harness to one node: one question at a time, and no patience.
///
/// It blocks, so it belongs on a thread of its own. After an error it is of no more use.
public final class NodeClient {
    private let connection: Int32
    private var received: [UInt8] = []

    /// Connects; every call waits at most `limit`.
    public init(host: String, port: UInt16, limit: Duration) throws(NodeClientError) {
        let milliseconds = Int32(clamping: Int(limit / .milliseconds(1)))
        connection = unsafe ordeal_connect(host, port, max(1, milliseconds))
        guard connection >= 0 else { throw .refused(errorText(-connection)) }
    }

    deinit {
        if connection >= 0 { close(connection) }
    }

    /// Sends a command and waits for its reply; an error of the server is a reply as well.
    public func call(_ arguments: String...) throws(NodeClientError) -> RESPValue {
        var request = ByteBuffer()
        request.writeCommand(arguments)
        let bytes = Array(request.readableBytesView)
        guard
            unsafe send(connection, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count
        else { throw .silent }
        var decoder = ReplyDecoder()
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let value = try decoded(&decoder) { return value }
            let count = unsafe recv(connection, &chunk, chunk.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw count == 0 ? .closed : .silent }
            received += chunk[..<count]
        }
    }

    private func decoded(_ decoder: inout ReplyDecoder) throws(NodeClientError) -> RESPValue? {
        let end: Int
        let value: RESPValue
        do throws(RESPError) {
            let bytes = received
            let span = bytes.span
            guard let found = try decoder.decode(span, from: 0) else { return nil }
            end = found
            value = try RESPValue(ReplyDecoder.reply(in: span, from: 0, to: end))
        } catch {
            throw .broken(error.message)
        }
        received.removeFirst(end)
        return value
    }
}

/// Why a node did not answer.
public enum NodeClientError: Error, Equatable, Sendable {
    case refused(String)
    case closed
    /// No answer within the limit.
    case silent
    case broken(String)
}
