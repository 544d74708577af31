internal import NIOCore
internal import Replication
internal import Sockets
internal import Topology

/// One TCP connection to another node: greets, then carries messages in order until it breaks.
final class PeerConnection: ConnectionHandler {
    /// What may wait for a peer that does not read; beyond it the link breaks, and the peer catches up
    /// on a new one.
    ///
    /// Entries and answers to reads alone never come to that: up to `congestionBytes`, what a flush
    /// hands out on top (`Timing.flushByteLimit`), and the longest of them, with which it may end.
    static let queueLimitBytes = 96 << 20
    /// Above this the core is told to send no more entries and answers, until all of it is handed to
    /// the kernel.
    static let congestionBytes = 8 << 20
    /// A buffer that a burst made longer than this is not kept.
    private static let keptBytes = 1 << 20

    /// Whom this end dialled; nil where the other end did.
    let expected: NodeID?
    /// Who the other end says it is; nil before its greeting.
    private(set) var peer: PeerGreeting?
    /// Nanoseconds without a byte from the other end, not counting what this node itself was late.
    var silence: UInt64 = 0
    private(set) var isClosed = false
    private var isCongested = false

    private let links: PeerLinks
    private let connection: Connection
    /// Of a frame whose end has yet to come.
    private var received = ByteBuffer()
    private var outgoing = ByteBuffer()

    init(links: PeerLinks, expected: NodeID?) {
        self.links = links
        self.expected = expected
        connection = Connection(loop: links.loop)
        connection.handler = self
    }

    /// Begins to connect; ``PeerLinks`` is told what comes of it.
    func dial(_ address: Endpoint, timeout: Int64) {
        connection.dial(address.host, address.port, timeout: timeout)
    }

    func accept(_ socket: consuming Socket) throws(SocketFailure) {
        try connection.accept(socket, for: self)
    }

    /// Adds a message to what the next flush sends.
    func send(_ message: PeerMessage) {
        guard connection.isOpen else { return }
        PeerCodec.encode(message, into: &outgoing)
        let waiting = outgoing.readableBytes + connection.output.count
        guard waiting <= Self.queueLimitBytes else {
            drop(because: "\(waiting) bytes wait for it to read")
            return
        }
        if waiting > Self.congestionBytes, !isCongested, let peer {
            isCongested = true
            links.deliver(.peerCongested(peer.node, true))
        }
    }

    /// Writes everything that was sent since the last call, unless the peer does not keep up.
    func flush() {
        guard !connection.isWaitingToWrite else { return }
        if outgoing.readableBytes > 0 {
            var buffer = ByteBuffer()
            swap(&buffer, &outgoing)
            connection.send(buffer.readableBytesUInt8Span)
            if buffer.capacity <= Self.keptBytes {
                buffer.clear()
                outgoing = buffer
            }
        }
        if isCongested, !connection.isWaitingToWrite, let peer {
            isCongested = false
            links.deliver(.peerCongested(peer.node, false))
        }
    }

    /// Breaks the link at once; what the kernel still holds for it is thrown away.
    func drop(because reason: String) {
        guard !isClosed else { return }
        isClosed = true
        links.broke(self, because: reason)
        // Otherwise the kernel would go on sending old messages once the network heals.
        connection.close(discards: true)
    }

    func connectionOpened() {
        var buffer = ByteBuffer()
        links.greeting.encode(into: &buffer)
        connection.send(buffer.readableBytesUInt8Span)
    }

    /// Uses up all of it: what a frame lacks is awaited here.
    func connectionReceived(_ bytes: Span<UInt8>) -> Int? {
        silence = 0
        received.write(bytes)
        do throws(PeerCodecError) {
            while !isClosed, let frame = try PeerFrame.next(in: &received) {
                try receive(frame.kind, frame.body)
            }
        } catch {
            drop(because: error.description)
        }
        keepRest()
        return bytes.count
    }

    private func keepRest() {
        guard received.readableBytes == 0 else { return _ = received.discardReadBytes() }
        if received.capacity > Self.keptBytes { received = ByteBuffer() } else { received.clear() }
    }

    func connectionDrained() { flush() }

    func connectionEnded(_ end: ConnectionEnd) {
        guard !isClosed else { return }
        isClosed = true
        switch end {
        case .refused, .dialTimedOut: links.failed(self)
        case .lost, .finished, .insecure, .senseless:
            links.broke(self, because: "the other end closed it")
        }
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
