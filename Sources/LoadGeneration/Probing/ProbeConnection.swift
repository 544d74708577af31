internal import NIOCore
internal import RESP

/// A connection that carries one probe at a time.
final class ProbeConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let node: Int

    private let engine: ProbeEngine
    private var context: ChannelHandlerContext?
    private var attempt: ProbeAttempt?
    private var received = ByteBuffer()
    private var decoder = ReplyDecoder()

    init(node: Int, engine: ProbeEngine) {
        self.node = node
        self.engine = engine
    }

    func send(_ attempt: ProbeAttempt, command: [String]) {
        self.attempt = attempt
        guard let context else { return engine.lost(self, during: attempt) }
        var bytes = ByteBuffer()
        bytes.writeCommand(command)
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    func close() {
        attempt = nil
        context?.close(promise: nil)
    }

    /// Earlier than `channelActive`, which comes only after whoever waited for the connection.
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        let received = received
        let span = received.readableBytesUInt8Span
        do {
            guard let end = try decoder.decode(span, from: 0) else { return }
            let reply = ReplyDecoder.reply(in: span, from: 0, to: end)
            let error = reply.isError ? reply.payload.text : nil
            self.received.moveReaderIndex(forwardBy: end)
            self.received.discardReadBytes()
            guard let attempt else { return context.close(promise: nil) }
            self.attempt = nil
            engine.answered(attempt, error: error)
        } catch {
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        engine.lost(self, during: attempt)
        attempt = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
