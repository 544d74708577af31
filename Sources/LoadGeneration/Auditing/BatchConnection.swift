internal import NIOCore
internal import NIOPosix
internal import RESP

/// Sends a batch of commands to one node and collects their replies, one batch after the other.
final class BatchConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var context: ChannelHandlerContext?
    private var decoder = ReplyDecoder()
    private var partial = ByteBuffer()
    private var replies: [RESPValue] = []
    private var wanted = 0
    private var answer: EventLoopPromise<[RESPValue]>?

    static func connect(
        to endpoint: Endpoint,
        on loop: any EventLoop,
        timeout: TimeAmount
    ) -> EventLoopFuture<NIOLoopBound<BatchConnection>> {
        let made = loop.submit { NIOLoopBound(BatchConnection(), eventLoop: loop) }
        return made.flatMap { bound in
            ClientBootstrap(group: loop)
                .connectTimeout(timeout)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(bound.value)
                    }
                }
                .connect(to: endpoint)
                .map { _ in bound }
        }
    }

    /// Earlier than `channelActive`, which comes only after whoever waited for the connection.
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    /// One reply for each command, within `timeout`.
    func ask(
        _ commands: [[[UInt8]]],
        on loop: any EventLoop,
        timeout: TimeAmount
    ) -> EventLoopFuture<[RESPValue]> {
        guard let context, answer == nil else {
            return loop.makeFailedFuture(AuditConnectionError.closed)
        }
        let promise = loop.makePromise(of: [RESPValue].self)
        let deadline = loop.assumeIsolated().scheduleTask(in: timeout) { self.fail(.timedOut) }
        promise.futureResult.whenComplete { _ in deadline.cancel() }
        wanted = commands.count
        answer = promise
        var output = ByteBuffer()
        for command in commands { output.writeCommand(command) }
        context.writeAndFlush(wrapOutboundOut(output), promise: nil)
        return promise.futureResult
    }

    func close() {
        context?.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        partial.writeBuffer(&bytes)
        let received = partial
        do {
            partial.moveReaderIndex(forwardBy: try takeReplies(received))
        } catch {
            return fail(.notRESP)
        }
        guard replies.count >= wanted, let answer else { return }
        self.answer = nil
        answer.succeed(replies)
        replies = []
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        fail(.closed)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(.closed)
    }

    private func takeReplies(_ bytes: ByteBuffer) throws(RESPError) -> Int {
        let span = bytes.readableBytesUInt8Span
        var start = 0
        while let end = try decoder.decode(span, from: start) {
            replies.append(try RESPValue(ReplyDecoder.reply(in: span, from: start, to: end)))
            start = end
        }
        return start
    }

    private func fail(_ error: AuditConnectionError) {
        let failed = answer
        answer = nil
        context?.close(promise: nil)
        failed?.fail(error)
    }
}
