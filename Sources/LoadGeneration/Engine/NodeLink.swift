internal import NIOCore
internal import RESP

/// One client's connection to one node: what is under way on it, and whether the node still answers.
///
/// It outlives the sockets that it uses one after the other. Confined to the engine's event loop.
final class NodeLink {
    enum State {
        /// Nobody asked for it yet, or it ended; not to be tried again before `until`.
        case closed(until: Int64)
        case connecting
        case open(ChannelHandlerContext)
    }

    /// Deeper and the node is in trouble; what comes on top waits in the engine instead.
    static let outstandingLimit = 4096

    let client: Int
    let node: Int
    var state = State.closed(until: 0)
    /// Sent and not answered, oldest first; `RequestTable.none` where the request was given up.
    var outstanding = RequestQueue()
    var output = ByteBuffer()
    /// The first error among the replies of a transaction whose last has yet to come.
    var abortion: String?
    /// Whether the output waits for the engine's next flush.
    var isDirty = false
    /// Since when the node owes an answer: the first sending after quiet, or its last answer.
    var waitingSince: Int64 = 0
    /// Whether it owed one for longer than the limit of silence.
    var isSilent = false
    /// When it was last asked whether the node answers others.
    var doubtedAt: Int64 = 0
    private(set) var openedCount = 0
    private var failedConnects = 0

    init(client: Int, node: Int) {
        self.client = client
        self.node = node
    }

    var acceptsRequests: Bool {
        guard case .open = state, !isSilent else { return false }
        return outstanding.count < Self.outstandingLimit
    }

    func opened(_ context: ChannelHandlerContext) {
        state = .open(context)
        failedConnects = 0
        openedCount += 1
    }

    func connectFailed(at now: Int64) {
        failedConnects = min(failedConnects + 1, 4)
        state = .closed(until: now + Self.backoff * Int64(failedConnects))
    }

    /// Forgets the connection and what was under way, which the caller has settled.
    func closed(at now: Int64) {
        state = .closed(until: now + Self.backoff)
        outstanding = RequestQueue()
        output.clear()
        abortion = nil
        isSilent = false
    }

    func append(_ id: RequestID, at now: Int64) {
        if outstanding.isEmpty { waitingSince = now }
        outstanding.append(id)
    }

    func flush() {
        guard case .open(let context) = state, output.readableBytes > 0 else { return }
        context.writeAndFlush(NIOAny(output), promise: nil)
        output.clear()
    }

    /// 20 ms, then up to 80: a node that comes back is noticed soon, one that is gone costs little.
    private static let backoff: Int64 = 20_000_000
}

/// Finds the replies in a link's bytes and hands them to the engine.
final class NodeLinkHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let link: NodeLink
    private let engine: LoadEngine
    private var decoder = ReplyDecoder()
    /// The beginning of a reply whose end has yet to come.
    private var partial = ByteBuffer()

    init(link: NodeLink, engine: LoadEngine) {
        self.link = link
        self.engine = engine
    }

    func channelActive(context: ChannelHandlerContext) {
        link.opened(context)
        engine.linkOpened(link)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if partial.readableBytes > 0 {
            partial.writeBuffer(&bytes)
            swap(&partial, &bytes)
        }
        engine.beginReplies(from: link)
        do {
            let consumed = try takeReplies(bytes)
            bytes.moveReaderIndex(forwardBy: consumed)
        } catch {
            return context.close(promise: nil)
        }
        partial.clear()
        partial.writeBuffer(&bytes)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        engine.endReplies(from: link)
    }

    func channelInactive(context: ChannelHandlerContext) {
        engine.linkClosed(link)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// How many bytes the whole replies among them take.
    private func takeReplies(_ bytes: ByteBuffer) throws(RESPError) -> Int {
        let span = bytes.readableBytesUInt8Span
        var start = 0
        while let end = try decoder.decode(span, from: start) {
            engine.takeReply(span, from: start, to: end, over: link)
            start = end
        }
        return start
    }
}
