import Glibc
internal import NIOCore
internal import Replication
internal import Topology

/// One TCP connection to another node: greets, then carries messages in order until it breaks.
final class PeerConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What may wait for a peer that does not read; beyond it the link breaks, and the peer catches up
    /// on a new one.
    static let queueLimitBytes = 64 << 20
    /// Above this the core is told to send no more entries, until all of it is handed to the kernel.
    static let congestionBytes = 8 << 20

    /// Whom this end dialled; nil where the other end did.
    let expected: NodeID?
    /// Who the other end says it is; nil before its greeting.
    private(set) var peer: PeerGreeting?
    /// Nanoseconds without a byte from the other end, not counting what this node itself was late.
    var silence: UInt64 = 0
    private(set) var isClosed = false
    private var isCongested = false

    private let links: PeerLinks
    private var context: ChannelHandlerContext?
    private var received: ByteBuffer?
    private var outgoing: ByteBuffer?

    init(links: PeerLinks, expected: NodeID?) {
        self.links = links
        self.expected = expected
    }

    /// Adds a message to what the next flush sends.
    func send(_ message: PeerMessage) {
        guard let context, !isClosed else { return }
        var buffer = outgoing ?? context.channel.allocator.buffer(capacity: 4_096)
        outgoing = nil
        PeerCodec.encode(message, into: &buffer)
        guard buffer.readableBytes <= Self.queueLimitBytes else {
            drop(because: "\(buffer.readableBytes) bytes wait for it to read")
            return
        }
        outgoing = buffer
        if buffer.readableBytes > Self.congestionBytes, !isCongested, let peer {
            isCongested = true
            links.deliver(.peerCongested(peer.node, true))
        }
    }

    /// Writes everything that was sent since the last call, unless the peer does not keep up.
    func flush() {
        guard let context, context.channel.isWritable, let buffer = outgoing else { return }
        outgoing = nil
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        if isCongested, let peer {
            isCongested = false
            links.deliver(.peerCongested(peer.node, false))
        }
    }

    /// Breaks the link at once; what the kernel still holds for it is thrown away.
    func drop(because reason: String) {
        guard !isClosed else { return }
        isClosed = true
        links.broke(self, because: reason)
        guard let channel = context?.channel else { return }
        // Otherwise the kernel would go on sending old messages once the network heals.
        guard let options = channel as? any SocketOptionProvider else {
            channel.close(promise: nil)
            return
        }
        options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in
            channel.close(promise: nil)
        }
    }

    func channelActive(context: ChannelHandlerContext) {
        guard !isClosed else {
            context.close(promise: nil)
            return
        }
        self.context = context
        var buffer = context.channel.allocator.buffer(capacity: 64)
        links.greeting.encode(into: &buffer)
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        silence = 0
        guard !isClosed else { return }
        var buffer = unwrapInboundIn(data)
        if var earlier = received {
            received = nil
            earlier.writeBuffer(&buffer)
            buffer = earlier
        }
        do throws(PeerCodecError) {
            while !isClosed, let frame = try PeerFrame.next(in: &buffer) {
                try receive(frame.kind, frame.body)
            }
        } catch {
            drop(because: error.description)
            return
        }
        if buffer.readableBytes > 0 {
            buffer.discardReadBytes()
            received = buffer
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        flush()
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !isClosed {
            isClosed = true
            links.broke(self, because: "the other end closed it")
        }
        self.context = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let code = (error as? IOError)?.errnoCode
        drop(because: code.map { FileFailure.text(of: $0) } ?? "\(error)")
    }

    private func receive(_ kind: PeerFrame.Kind, _ body: ByteBuffer) throws(PeerCodecError) {
        guard let peer else {
            guard kind == .greeting else { throw .unexpected(kind) }
            let greeting = try PeerGreeting(body: body)
            try links.check(greeting, expected: expected)
            self.peer = greeting
            links.opened(self, greeting)
            return
        }
        links.deliver(.message(from: peer.node, try PeerCodec.decode(kind, body)))
    }
}
