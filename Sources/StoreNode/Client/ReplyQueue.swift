package import NIOCore

/// The replies of one connection, in the order of its commands although they are ready in any order.
///
/// While no command waits, replies go straight to `ready`, which is what may be sent. Behind a waiting
/// command they gather in `held`, and move on when it is answered.
package struct ReplyQueue {
    /// Replies that may be sent.
    package private(set) var ready: ByteBuffer
    private var held: ByteBuffer
    private var entries = CircularBuffer<Entry>()
    /// The number of the first of `entries`; later ones count up from it.
    private var firstNumber: UInt64
    private(set) var waitingCount = 0
    /// Bytes of replies that wait behind a command without one.
    private(set) var blockedByteCount = 0
    /// Whether the client has said MULTI: what it asks for is queued.
    var isQueueing = false
    /// Where replies go instead of the queue.
    private var captured: ByteBuffer?

    private enum Entry {
        case waiting(slot: Int, isRead: Bool)
        /// Answered before the one ahead of it.
        case answered(ByteBuffer)
        /// So many bytes of `held`.
        case held(Int)
    }

    package init(firstNumber: UInt64) {
        self.firstNumber = firstNumber
        ready = ByteBuffer()
        held = ByteBuffer()
    }

    /// The number that the next waiting command will get.
    var nextNumber: UInt64 { firstNumber + UInt64(entries.count) }

    /// Whether every command so far has its reply in `ready`.
    package var isSettled: Bool { entries.isEmpty }

    /// Hands over what is ready, which is then forgotten; a buffer larger than `limit` is given back.
    mutating func takeReady(keeping limit: Int, _ send: (Span<UInt8>) -> Void) {
        send(ready.readableBytesUInt8Span)
        if ready.capacity > limit {
            ready = ByteBuffer()
        } else {
            ready.clear()
        }
    }

    /// What the client's next command meets, before it is looked at.
    enum Reception {
        case carryOut
        case queue
        /// So much is ready that it must be sent first.
        case sendFirst
        case wait
    }

    /// One look for all of it, since this is asked for every command.
    func reception(waitingLimit: Int, byteLimit: Int) -> Reception {
        guard waitingCount < waitingLimit, blockedByteCount < byteLimit else { return .wait }
        guard ready.readableBytes < byteLimit else { return .sendFirst }
        return isQueueing ? .queue : .carryOut
    }

    /// Lets replies gather apart from the others.
    mutating func beginCapture() { captured = ByteBuffer() }

    /// The replies that gathered.
    mutating func endCapture() -> ByteBuffer {
        defer { captured = nil }
        return captured ?? ByteBuffer()
    }

    /// Writes the reply of a command that needs no waiting.
    package mutating func append(_ write: (inout ByteBuffer) -> Void) {
        guard captured == nil else { return capture(write) }
        appendInOrder(write)
    }

    private mutating func capture(_ write: (inout ByteBuffer) -> Void) {
        var buffer = captured ?? ByteBuffer()
        captured = nil
        write(&buffer)
        captured = buffer
    }

    /// Writes a reply to the client itself, whatever is captured.
    mutating func appendInOrder(_ write: (inout ByteBuffer) -> Void) {
        guard !entries.isEmpty else { return write(&ready) }
        let before = held.readableBytes
        write(&held)
        let count = held.readableBytes - before
        blockedByteCount += count
        if case .held(let earlier)? = entries.last {
            entries[entries.index(before: entries.endIndex)] = .held(earlier + count)
        } else {
            entries.append(.held(count))
        }
    }

    /// Keeps the place of a command whose reply comes later, and returns the place's number.
    package mutating func appendWaiting(slot: Int, isRead: Bool) -> UInt64 {
        let number = nextNumber
        entries.append(.waiting(slot: slot, isRead: isRead))
        waitingCount += 1
        return number
    }

    /// The slot of the command that waits at the place; nil where none does.
    func waitingSlot(_ number: UInt64) -> Int? {
        guard let index = index(of: number), case .waiting(let slot, _) = entries[index] else {
            return nil
        }
        return slot
    }

    /// Answers the command that waits at the place; one that does not wait is not answered.
    package mutating func answer(_ number: UInt64, _ write: (inout ByteBuffer) -> Void) {
        guard let index = index(of: number), case .waiting = entries[index] else { return }
        waitingCount -= 1
        guard index == entries.startIndex else {
            var reply = ByteBuffer()
            write(&reply)
            blockedByteCount += reply.readableBytes
            entries[index] = .answered(reply)
            return
        }
        write(&ready)
        dropFirst()
        settle()
    }

    /// What a command on keys does now.
    enum Gate {
        case open
        /// It must wait for commands before it.
        case closed
        /// It is queued in a transaction.
        case queueing
    }

    func gate(slot: Int, isRead: Bool) -> Gate {
        if isQueueing { return .queueing }
        return mustWait(slot: slot, isRead: isRead) ? .closed : .open
    }

    /// Whether a command on `slot` must not start before those that wait, so that each connection sees
    /// its own commands on one key in their order: the core orders writes, but not reads among them.
    package func mustWait(slot: Int, isRead: Bool) -> Bool {
        guard waitingCount > 0 else { return false }
        return entries.contains { entry in
            guard case .waiting(let other, let otherIsRead) = entry else { return false }
            return other == slot && (isRead || otherIsRead)
        }
    }

    private func index(of number: UInt64) -> CircularBuffer<Entry>.Index? {
        guard number >= firstNumber, number < nextNumber else { return nil }
        return entries.index(entries.startIndex, offsetBy: Int(number - firstNumber))
    }

    private mutating func dropFirst() {
        entries.removeFirst()
        firstNumber += 1
    }

    /// Moves the replies behind an answered command on, up to the next that waits.
    private mutating func settle() {
        while let first = entries.first {
            switch first {
            case .waiting: return
            case .answered(var reply):
                blockedByteCount -= reply.readableBytes
                ready.writeBuffer(&reply)
            case .held(let count):
                blockedByteCount -= count
                if var bytes = held.readSlice(length: count) { ready.writeBuffer(&bytes) }
            }
            dropFirst()
        }
        held.clear()
    }
}
