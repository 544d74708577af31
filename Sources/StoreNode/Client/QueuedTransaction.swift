internal import NIOCore
internal import Replication

/// What a client has asked for since its MULTI.
struct QueuedTransaction {
    private(set) var commands: [Command] = []
    /// What the reply consists of, in the order of the client's commands.
    private(set) var parts: [Part] = []
    /// The slot of every key so far; nil before the first.
    private(set) var slot: Int?
    private(set) var crossesSlots = false
    /// Whether a command could not even be queued, so that EXEC must refuse.
    private(set) var isBroken = false
    private var byteCount = 0

    enum Part {
        /// The core answers the next of `commands`.
        case asked
        /// Does not depend on any key, and was answered already.
        case answered(ByteBuffer)
    }

    /// Queues a command; false where that would be too much.
    mutating func append(_ command: Command, slot: Int) -> Bool {
        guard take(command.bytes.count) else { return false }
        if let known = self.slot, known != slot { crossesSlots = true }
        self.slot = slot
        commands.append(command)
        parts.append(.asked)
        return true
    }

    mutating func append(answer: ByteBuffer) -> Bool {
        guard take(answer.readableBytes) else { return false }
        parts.append(.answered(answer))
        return true
    }

    /// Remembers that EXEC must refuse, and nothing else.
    mutating func breakOff() {
        isBroken = true
        commands = []
        parts = []
    }

    private mutating func take(_ count: Int) -> Bool {
        // Each command has its length in front.
        byteCount += count + 4
        return parts.count < ClientLimits.transactionCommandCount
            && byteCount + Command.headerSize(argumentCount: 0) <= ClientLimits.commandByteCount
    }

    var isRead: Bool { commands.allSatisfy(\.isRead) }

    /// Whether a reply may be much longer than what it answers.
    var mayAnswerLong: Bool { commands.contains { $0.kind == .range || $0.kind == .getMany } }

    var asksForEverything: Bool { parts.count == commands.count }

    /// All commands as one.
    var command: Command {
        var command = Command(
            kind: isRead ? .readTransaction : .transaction,
            flags: commands.contains(where: \.isTimed) ? .timed : [],
            argumentCount: commands.count,
            byteCount: commands.reduce(0) { $0 + $1.bytes.count }
        )
        for (number, part) in commands.enumerated() {
            command.append(argument: number, part.bytes)
        }
        return command
    }
}

/// The keys a client watches, all of one slot.
struct WatchedSlot {
    private(set) var slot: Int?
    private(set) var tickets: [WatchTicket] = []
    private(set) var byteCount = 0
    /// The place of the reply to a WATCH or EXEC that the core has yet to answer.
    private(set) var undecided: UInt64?
    private var isExecuting = false

    mutating func ask(slot: Int, byteCount: Int, reply number: UInt64) {
        self.slot = slot
        self.byteCount += byteCount
        undecided = number
    }

    mutating func execute(reply number: UInt64) {
        isExecuting = true
        undecided = number
    }

    /// Takes the core's answer; returns the tickets that are of no use any more.
    mutating func settle(_ ticket: WatchTicket?) -> [WatchTicket] {
        undecided = nil
        if let ticket { tickets.append(ticket) }
        guard isExecuting || tickets.isEmpty else { return [] }
        return takeAll()
    }

    mutating func takeAll() -> [WatchTicket] {
        defer { self = WatchedSlot() }
        return tickets
    }
}
