internal import NIOCore
internal import RESP
internal import Replication
internal import Sockets

/// One client: its bytes in, its commands carried out in order, its replies out in one write a turn.
///
/// Everything here runs on the node's event loop.
final class ClientConnection: ConnectionHandler {
    let node: Node
    var session: ClientSession
    private(set) var replies: ReplyQueue
    /// Nil outside MULTI.
    var transaction: QueuedTransaction? {
        didSet { replies.isQueueing = transaction != nil }
    }
    var watched = WatchedSlot()
    /// Of transactions under way that hold more than what the core answers, by the reply's number.
    var replyParts: [UInt64: [QueuedTransaction.Part]] = [:]
    private var place: Int?

    private let connection: Connection
    private var decoder = CommandDecoder(bulkLimit: ClientLimits.argumentByteCount)
    /// Bytes of commands that are not carried out yet.
    private var unread = ByteBuffer()
    /// Whether the next command waits for an earlier one's reply or for room to write to.
    private var isStalled = false
    /// Whether the connection ends once every reply so far is sent.
    private var isEnding = false
    private var isFlushWanted = false

    /// Replies are sent at the latest when so many bytes of them have gathered.
    private static let outputChunkByteCount = 256 * 1024
    /// No more commands are carried out when so many bytes wait for the client to read.
    private static let unsentLimit = 64 * 1024
    /// Reading stops when so many bytes wait behind a command that cannot start.
    private static let unreadLimit = 256 * 1024
    /// Commands of one connection that may wait for the core at once; each read looks through them.
    private static let waitingLimit = 1024
    /// A larger buffer is given back once it is empty.
    private static let keptByteCount = 1024 * 1024

    /// Takes over a connection that was accepted, which keeps this object while it lasts.
    static func accept(_ socket: consuming Socket, for node: Node) {
        let client = ClientConnection(node: node)
        // Where the kernel gives no more, the socket is closed, and that is all there is to say.
        try? client.connection.accept(socket, for: client)
    }

    private init(node: Node) {
        self.node = node
        connection = Connection(loop: node.loop)
        session = ClientSession(
            number: node.statistics.nextClientNumber(),
            reads: node.configuration.reads
        )
        replies = ReplyQueue(firstNumber: 0)
    }

    // MARK: What the connection says

    func connectionOpened() {
        guard node.clients.count < ClientTable.limit else {
            node.statistics.rejectedConnections += 1
            replies.append { $0.writeError("ERR max number of clients reached") }
            return end()
        }
        let added = node.clients.add(self)
        place = added.place
        replies = ReplyQueue(firstNumber: added.firstNumber)
        node.statistics.connectionsReceived += 1
    }

    func connectionEnded(_ end: ConnectionEnd) {
        if let place { node.clients.remove(place: place, nextNumber: replies.nextNumber) }
        place = nil
        isEnding = true
        forgetWatched()
        node.clientLeft()
    }

    /// Uses up all of it: what cannot be carried out yet is kept here, where it can be gone on with.
    func connectionReceived(_ bytes: Span<UInt8>) -> Int? {
        node.statistics.inputByteCount += bytes.count
        if unread.readableBytes > 0 || isStalled {
            unread.write(bytes)
            carryOutUnread()
        } else {
            let count = carryOut(bytes)
            if count < bytes.count { unread.write(bytes.extracting(droppingFirst: count)) }
        }
        wantFlush()
        return bytes.count
    }

    func connectionDrained() {
        if isStalled { wantFlush() }
    }
}

// MARK: Commands

extension ClientConnection {
    /// Carries out the commands in `bytes`, and returns how many bytes of them are done with.
    private func carryOut(_ span: Span<UInt8>) -> Int {
        // Taken out, so that a command may be looked at while others of the connection's parts change.
        var decoder = CommandDecoder()
        swap(&decoder, &self.decoder)
        defer { swap(&decoder, &self.decoder) }
        var start = 0
        do throws(RESPError) {
            while !isEnding, let end = try decoder.decode(span, from: start) {
                let command = decoder.command(in: span, from: start)
                guard command.count == 0 || carryOut(command) else {
                    isStalled = true
                    break
                }
                start = end
            }
        } catch {
            replies.append { $0.writeError("ERR " + error.message) }
            end()
        }
        return isEnding ? span.count : start
    }

    /// Carries out one command; false where it must not start yet.
    private func carryOut(_ command: borrowing ClientCommand) -> Bool {
        guard connection.output.count < Self.unsentLimit else { return false }
        var reception = receive()
        if reception == .sendFirst {
            send()
            guard connection.output.count < Self.unsentLimit else { return false }
            reception = replies.isQueueing ? .queue : .carryOut
        }
        guard reception != .wait else { return false }
        guard let index = CommandTable.commands.index(of: command[0]) else {
            reject(command.unknownMessage)
            return true
        }
        let definition = CommandTable.commands.definitions[index]
        guard definition.accepts(argumentCount: command.count) else {
            refuse(definition, "wrong number of arguments for '\(definition.name)' command")
            return true
        }
        guard reception != .queue || definition.queueing == .atOnce else {
            queue(definition, command)
            node.statistics.commandsProcessed += 1
            return true
        }
        switch definition.run(command, self) {
        case .done:
            node.statistics.commandsProcessed += 1
            return true
        case .notYet:
            return false
        }
    }

    private func refuse(_ definition: CommandDefinition, _ reason: String) {
        guard definition.name == "exec" else { return reject("ERR " + reason) }
        reject("EXECABORT Transaction discarded because of: " + reason)
        transaction = nil
        forgetWatched()
    }

    private func receive() -> ReplyQueue.Reception {
        replies.reception(waitingLimit: Self.waitingLimit, byteLimit: Self.outputChunkByteCount)
    }

    private func carryOutUnread() {
        isStalled = false
        // Taken out, as a command may be looked at while others of the connection's parts change.
        var bytes = ByteBuffer()
        swap(&bytes, &unread)
        bytes.moveReaderIndex(forwardBy: carryOut(bytes.readableBytesUInt8Span))
        swap(&bytes, &unread)
        if unread.readableBytes == 0, unread.capacity > Self.keptByteCount {
            unread = ByteBuffer()
        } else {
            unread.discardReadBytes()
        }
    }
}

// MARK: Replies

extension ClientConnection {
    /// Writes the reply of the command at hand.
    func reply(_ write: (inout ByteBuffer) -> Void) {
        replies.append(write)
    }

    /// Writes a reply of the command at hand itself, although its own is kept for later.
    func replyAtOnce(_ write: (inout ByteBuffer) -> Void) {
        replies.appendInOrder(write)
    }

    /// What the body replies.
    func capture(_ body: () -> Void) -> ByteBuffer {
        replies.beginCapture()
        body()
        return replies.endCapture()
    }

    /// Whether a command on `slot` may start, or has to wait for earlier ones of this connection.
    func gate(slot: Int, isRead: Bool) -> ReplyQueue.Gate {
        replies.gate(slot: slot, isRead: isRead)
    }

    /// Keeps the place of the reply that the core will give.
    func awaitReply(slot: Int, isRead: Bool) -> RequestToken {
        ClientTable.token(
            place: place ?? 0,
            number: replies.appendWaiting(slot: slot, isRead: isRead)
        )
    }

    /// Takes the reply that the core gives.
    func answer(_ number: UInt64, _ reply: CommandReply) {
        let version = session.version
        var parts: [QueuedTransaction.Part]?
        switch reply {
        case .replies, .aborted, .watching:
            settleWatch(number, reply)
            parts = replyParts.removeValue(forKey: number)
        case .ok, .null, .integer, .value, .values, .type, .elements, .failure: break
        }
        replies.answer(number) { buffer in
            if let parts {
                reply.write(to: &buffer, version, between: parts)
            } else {
                reply.write(to: &buffer, version)
            }
        }
        wantFlush()
    }

    /// Takes the core's word that the command was not carried out.
    func answer(_ number: UInt64, refusal: String) {
        settleWatch(number, nil)
        replyParts[number] = nil
        replies.answer(number) { $0.writeError(refusal) }
        wantFlush()
    }

    /// Asks to be called back when the turn of the event loop ends.
    private func wantFlush() {
        guard !isFlushWanted else { return }
        isFlushWanted = true
        node.wantsFlush(self)
    }

    /// Goes on with commands that had to wait, and sends what is ready.
    func flushReplies() {
        isFlushWanted = false
        if isStalled { carryOutUnread() }
        flush()
        // A client that sends more than can be carried out has to wait.
        connection.isReading = !isStalled || unread.readableBytes < Self.unreadLimit
    }

    /// Ends the connection once every reply so far is sent.
    func end() {
        isEnding = true
        wantFlush()
    }

    /// Ends the connection at once: a command that has begun will never be answered.
    func abandon() {
        flush()
        isEnding = true
        connection.endSoon(discards: false)
    }

    /// Closes: the node is gone.
    func leave() {
        connection.close(discards: false)
    }

    private func flush() {
        send()
        guard isEnding, replies.isSettled else { return }
        connection.finish()
    }

    private func send() {
        let count = replies.ready.readableBytes
        guard count > 0, connection.isOpen else { return }
        node.statistics.outputByteCount += count
        replies.takeReady(keeping: Self.keptByteCount) { connection.send($0) }
    }
}

extension ClientCommand {
    /// What Redis says of a command it does not know.
    fileprivate var unknownMessage: String {
        var message =
            "ERR unknown command '\(self[0].text.prefix(128))', with args beginning with: "
        var index = 1
        while index < count, message.utf8.count < 256 {
            message += "'\(self[index].text.prefix(128))' "
            index += 1
        }
        return message
    }
}

/// What Redis says when a command has too few arguments or too many.
func wrongArgumentCount(_ name: String) -> String {
    "ERR wrong number of arguments for '\(name)' command"
}
