internal import RESP
internal import Sockets

/// One client's connection to one node: what is under way on it, and whether the node still answers.
///
/// It outlives the sockets that it uses one after the other. Confined to the engine's loop.
final class NodeLink {
    enum State {
        /// Nobody asked for it yet, or it ended; not to be tried again before `until`.
        case closed(until: Int64)
        case connecting
        /// The server has yet to answer the greeting.
        case greeting
        case open
    }

    /// Deeper and the node is in trouble; what comes on top waits in the engine instead.
    static let outstandingLimit = 4096

    let client: Int
    let node: Int
    let connection: Connection
    var state = State.closed(until: 0)
    /// Sent and not answered, oldest first; `RequestTable.none` where the request was given up.
    var outstanding = RequestQueue()
    /// The first error among the replies of a transaction whose last has yet to come.
    var abortion: String? {
        didSet { isAborted = abortion != nil }
    }
    private(set) var isAborted = false
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
    private let engine: LoadEngine
    private var decoder = ReplyDecoder()
    private var greetingsToCome = 0

    init(client: Int, node: Int, engine: LoadEngine) {
        self.client = client
        self.node = node
        self.engine = engine
        connection = engine.dialler.connection()
        connection.handler = self
    }

    var isOpen: Bool {
        if case .open = state { return connection.isOpen }
        return false
    }

    /// Whether a request may be sent now; silence counts where another node might answer instead.
    func acceptsRequests(despiteSilence: Bool) -> Bool {
        isOpen && (!isSilent || despiteSilence) && outstanding.count < Self.outstandingLimit
    }

    func connectFailed(at now: Int64) {
        failedConnects = min(failedConnects + 1, 4)
        state = .closed(until: now + engine.backoff * Int64(failedConnects))
    }

    /// Forgets the connection.
    ///
    /// - Returns: What was under way, for the caller to settle.
    func closed(at now: Int64) -> [RequestID] {
        state = .closed(until: now + engine.backoff)
        abortion = nil
        isSilent = false
        return outstanding.takeAll()
    }

    func append(_ id: RequestID, at now: Int64) {
        if outstanding.isEmpty { waitingSince = now }
        outstanding.append(id)
    }
}

/// Finds the replies in the connection's bytes and hands them to the engine.
extension NodeLink: ConnectionHandler {
    func connectionOpened() {
        decoder = ReplyDecoder()
        let greeting = engine.dialler.access.greeting
        guard greeting.isEmpty else {
            state = .greeting
            greetingsToCome = greeting.count
            for command in greeting { connection.output.append(command: command) }
            return connection.flush()
        }
        opened()
    }

    private func opened() {
        state = .open
        failedConnects = 0
        openedCount += 1
        engine.linkOpened(self)
    }

    func connectionReceived(_ bytes: Span<UInt8>) -> Int? {
        // What is no RESP has no error that anybody would look at.
        do throws(RESPError) { return try take(bytes) } catch { return nil }
    }

    private func take(_ bytes: Span<UInt8>) throws(RESPError) -> Int {
        guard greetingsToCome == 0 else { return try takeGreeting(bytes) }
        engine.beginReplies(from: self)
        var start = 0
        while let end = try decoder.decode(bytes, from: start) {
            engine.takeReply(bytes, from: start, to: end, over: self)
            start = end
        }
        engine.endReplies(from: self)
        return start
    }

    func connectionEnded(_ end: ConnectionEnd) {
        greetingsToCome = 0
        if case .open = state {
            engine.linkClosed(self)
        } else {
            engine.connectFailed(self, end)
        }
    }

    private func takeGreeting(_ bytes: Span<UInt8>) throws(RESPError) -> Int {
        var start = 0
        while greetingsToCome > 0, let end = try decoder.decode(bytes, from: start) {
            let reply = ReplyDecoder.reply(in: bytes, from: start, to: end)
            start = end
            greetingsToCome -= 1
            guard !reply.isError else {
                greetingsToCome = 0
                engine.greetingRefused(self, reply.payload.text)
                return start
            }
        }
        if greetingsToCome == 0 { opened() }
        return start
    }
}
