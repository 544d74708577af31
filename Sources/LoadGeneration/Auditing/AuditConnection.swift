internal import Histories
internal import NIOCore
internal import NIOPosix
internal import RESP
internal import Workloads

/// Why a batch of reads has no answer.
enum AuditConnectionError: Error {
    case closed
    case timedOut
    case notRESP
}

/// Reads batches of keys from one node, one batch at a time, as a replica's reader.
final class AuditConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let naming: KeyNaming
    private var context: ChannelHandlerContext?
    private var keys: [Int] = []
    private var values: [StoredValue] = []
    private var answer: EventLoopPromise<[StoredValue]>?
    private var decoder = ReplyDecoder()
    private var partial = ByteBuffer()
    private var isReadOnly = false
    /// The answer to READONLY is still to come, and is of no interest: a store without the command
    /// shows what it thinks of reads from a replica when it is read.
    private var expectsGreeting = true

    init(_ naming: KeyNaming) {
        self.naming = naming
    }

    /// Earlier than `channelActive`, which comes only after whoever waited for the connection.
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    /// What the node holds under each of the keys.
    func read(_ keys: [Int], on loop: any EventLoop) -> EventLoopFuture<[StoredValue]> {
        guard let context, answer == nil else {
            return loop.makeFailedFuture(AuditConnectionError.closed)
        }
        let promise = loop.makePromise(of: [StoredValue].self)
        self.keys = keys
        values.removeAll(keepingCapacity: true)
        answer = promise
        var commands = ByteBuffer()
        if !isReadOnly { commands.writeCommand(["READONLY"]) }
        isReadOnly = true
        for key in keys {
            commands.writeCommandHeader(count: 2)
            commands.writeArgument("GET")
            commands.writeArgument(naming.bytes(of: key).span)
        }
        context.writeAndFlush(wrapOutboundOut(commands), promise: nil)
        return promise.futureResult
    }

    func close(_ error: AuditConnectionError = .closed) {
        context?.close(promise: nil)
        fail(error)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        partial.writeBuffer(&bytes)
        let received = partial
        do {
            let consumed = try takeReplies(received)
            partial.moveReaderIndex(forwardBy: consumed)
            if partial.readableBytes == 0 { partial.clear() }
        } catch {
            close(.notRESP)
        }
        if values.count == keys.count, let answer {
            self.answer = nil
            answer.succeed(values)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        fail(.closed)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        close()
    }

    private func takeReplies(_ bytes: ByteBuffer) throws(RESPError) -> Int {
        let span = bytes.readableBytesUInt8Span
        var start = 0
        while let end = try decoder.decode(span, from: start) {
            let reply = ReplyDecoder.reply(in: span, from: start, to: end)
            start = end
            if expectsGreeting {
                expectsGreeting = false
            } else if values.count < keys.count {
                values.append(value(of: reply, key: keys[values.count]))
            }
        }
        return start
    }

    private func value(of reply: borrowing Reply, key: Int) -> StoredValue {
        switch reply.kind {
        case .null, .nullArray: return .absent
        case .error, .bulkError: return .unread
        case .bulk, .verbatim, .simpleString:
            guard let stamp = WriteStamp.decode(reply.payload, key: key) else { return .garbage }
            return .stamped(stamp)
        case .integer, .array, .boolean, .double, .bigNumber, .map, .set, .push: return .garbage
        }
    }

    private func fail(_ error: AuditConnectionError) {
        let failed = answer
        answer = nil
        failed?.fail(error)
    }
}
