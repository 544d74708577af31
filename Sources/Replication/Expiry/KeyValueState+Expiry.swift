/// EXPIRE PERSIST TTL and their kin.
///
/// Nothing here looks at a clock: a key ends when an entry says so, and all that an entry compares a
/// deadline with is its own log time.
extension KeyValueState {
    mutating func expire(_ command: Command) -> CommandReply {
        let answersValue = command.flags.contains(.answersValue)
        guard command.argumentCount == 2, let deadline = command.deadline else { return .null }
        let key = command.argument(0)
        guard let stored = find(key) else { return answersValue ? .null : .integer(0) }
        if answersValue, stored.isList { return .failure(.wrongType) }
        guard Self.mayChange(stored.deadline, to: deadline, command.flags) else {
            return .integer(0)
        }
        _ = setDeadline(deadline, of: key)
        endIfPast(command, key)
        return answersValue ? .value(stored) : .integer(1)
    }

    private static func mayChange(
        _ present: Int64?,
        to deadline: Int64,
        _ flags: Command.Flags
    ) -> Bool {
        if flags.contains(.onlyIfAbsent), present != nil { return false }
        if flags.contains(.onlyIfPresent), present == nil { return false }
        // A key without a deadline ends later than any other.
        if flags.contains(.onlyIfLater) { return present.map { deadline > $0 } ?? false }
        if flags.contains(.onlyIfSooner) { return present.map { deadline < $0 } ?? true }
        return true
    }

    mutating func persist(_ command: Command) -> CommandReply {
        let answersValue = command.flags.contains(.answersValue)
        guard let key = command.first, let stored = find(key) else {
            return answersValue ? .null : .integer(0)
        }
        if answersValue, stored.isList { return .failure(.wrongType) }
        if stored.expires { _ = setDeadline(nil, of: key) }
        return answersValue ? .value(stored) : .integer(stored.expires ? 1 : 0)
    }

    /// Ends the key at once whose deadline was in the past when it was given.
    mutating func endIfPast(_ command: Command, _ key: ArraySlice<UInt8>) {
        guard let deadline = command.deadline, let time = command.logTime, deadline <= time,
            remove(key)
        else { return }
        expiredCount += 1
    }

    /// Ends the keys that an entry names, if their deadlines are still those that it names.
    mutating func end(_ command: Command) -> CommandReply {
        var ended: Int64 = 0
        var arguments = command.arguments
        while let key = arguments.next(), let bytes = arguments.next() {
            guard let deadline = Self.integer(littleEndian: bytes) else { continue }
            logTime = max(logTime, deadline)
            if find(key)?.deadline == deadline, remove(key) { ended += 1 }
        }
        expiredCount += Int(ended)
        return .integer(ended)
    }

    /// As in Redis −1 for a key that stays, −2 for none.
    func timeToLive(_ command: Command) -> CommandReply {
        guard let stored = command.first.flatMap({ find($0) }) else { return .integer(-2) }
        guard let deadline = stored.deadline else { return .integer(-1) }
        let isAbsolute = command.flags.contains(.isAbsolute)
        let now = max(0, command.logTime ?? 0)
        // Whatever a copy has brought, the difference of two numbers from 0 on is one.
        let time = isAbsolute ? deadline : deadline > now ? deadline - now : 0
        // Rounded, not cut off, as Redis does it.
        return .integer(
            command.flags.contains(.inSeconds) ? time / 1_000 + (time % 1_000) / 500 : time
        )
    }
}

/// What is to end next.
extension KeyValueState {
    mutating func noteDeadline(of record: StoredRecord, tag: UInt32) {
        guard let deadline = record.deadline else { return }
        expiringCount += 1
        deadlines.insert(.init(time: deadline, tag: tag))
        clearLeftBehind()
    }

    /// A key with a deadline is gone, or has no deadline any more.
    mutating func lostDeadline() {
        expiringCount -= 1
        clearLeftBehind()
    }

    private mutating func clearLeftBehind() {
        guard deadlines.count > 2 * expiringCount + Self.leftBehindLimit else { return }
        var cleared = Deadlines()
        swap(&cleared, &deadlines)
        cleared.clear { isOfKey($0) }
        swap(&cleared, &deadlines)
    }

    /// Deadlines of no key that are always put up with.
    private static let leftBehindLimit = 64

    private func isOfKey(_ deadline: Deadlines.Deadline) -> Bool {
        var isFound = false
        forEachRecord(tagged: deadline.tag) { if $0.deadline == deadline.time { isFound = true } }
        return isFound
    }

    /// Takes keys out of what is to end next whose deadlines are not behind a time, and looks at no more
    /// deadlines than the limit says.
    ///
    /// Whoever takes them sees that they end, or puts them back.
    mutating func takeDue(upTo time: Int64, countLimit: Int) -> [KeyEnd] {
        var due: [KeyEnd] = []
        for _ in 0..<countLimit {
            guard let deadline = deadlines.take(upTo: time) else { break }
            forEachRecord(tagged: deadline.tag) { record in
                guard record.deadline == deadline.time else { return }
                due.append(KeyEnd(key: Array(record.key), deadline: deadline.time))
            }
        }
        return due
    }

    /// Puts back what was taken.
    mutating func putBack(_ end: KeyEnd) {
        let tag = unsafe end.key.withUnsafeBytes { unsafe Self.tag(of: $0) }
        deadlines.insert(.init(time: end.deadline, tag: tag))
    }
}
