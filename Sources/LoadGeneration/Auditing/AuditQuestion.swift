internal import NIOCore
internal import NIOPosix
internal import RESP

/// Why a single command brought no answer.
enum AuditQuestionError: Error, Equatable {
    case timedOut
    case connectionClosed
    case notRESP
}

/// One command on a connection of its own: connect, ask, read the reply, close.
///
/// For what is asked rarely, of nodes that may be silent: nothing else waits behind it.
enum AuditQuestion {
    /// Fails after `timeout` at the latest, connecting included.
    static func send(
        _ arguments: [String],
        to endpoint: Endpoint,
        on loop: any EventLoop,
        timeout: TimeAmount
    ) -> EventLoopFuture<RESPValue> {
        let answer = loop.makePromise(of: RESPValue.self)
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(timeout)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        AuditQuestionHandler(arguments: arguments, answer: answer)
                    )
                }
            }
        let connection = bootstrap.connect(to: endpoint)
        connection.whenFailure { answer.fail($0) }
        let deadline = loop.scheduleTask(in: timeout) {
            answer.fail(AuditQuestionError.timedOut)
            connection.whenSuccess { $0.close(promise: nil) }
        }
        answer.futureResult.whenComplete { _ in deadline.cancel() }
        return answer.futureResult
    }

    /// Asks a node who serves what.
    static func clusterSlots(
        of endpoint: Endpoint,
        on loop: any EventLoop,
        timeout: TimeAmount
    ) -> EventLoopFuture<[SlotRange]> {
        send(["CLUSTER", "SLOTS"], to: endpoint, on: loop, timeout: timeout)
            .flatMapThrowing { reply in
                guard let ranges = SlotRange.decode(reply, askedAt: endpoint.host) else {
                    throw AuditQuestionError.notRESP
                }
                return ranges
            }
    }
}

extension ClientBootstrap {
    /// Connects to a numeric address without a detour through a resolver's thread.
    func connect(to endpoint: Endpoint) -> EventLoopFuture<any Channel> {
        if let address = try? SocketAddress(ipAddress: endpoint.host, port: endpoint.port) {
            return connect(to: address)
        }
        return connect(host: endpoint.host, port: endpoint.port)
    }
}

private final class AuditQuestionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let arguments: [String]
    private let answer: EventLoopPromise<RESPValue>
    private var received = ByteBuffer()
    private var decoder = ReplyDecoder()

    init(arguments: [String], answer: EventLoopPromise<RESPValue>) {
        self.arguments = arguments
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
        var command = context.channel.allocator.buffer(capacity: 64)
        command.writeCommand(arguments)
        context.writeAndFlush(wrapOutboundOut(command), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        do {
            let received = received
            let span = received.readableBytesUInt8Span
            guard let end = try decoder.decode(span, from: 0) else { return }
            let reply = ReplyDecoder.reply(in: span, from: 0, to: end)
            answer.succeed(try RESPValue(reply))
        } catch {
            answer.fail(AuditQuestionError.notRESP)
        }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        answer.fail(AuditQuestionError.connectionClosed)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.fail(error)
        context.close(promise: nil)
    }
}
