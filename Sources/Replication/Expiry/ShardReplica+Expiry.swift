public import Topology

/// What a primary knows of the ends of its shard's keys beside what is committed.
struct Endings {
    /// How far log time is ahead of what this node takes for the time, nanoseconds, and when that was
    /// last looked at.
    var lead: UInt64 = 0
    var readAt: Instant?
    /// Ends that stand in the log and are not applied, in its order.
    var underWay: [(end: KeyEnd, index: UInt64)] = []
    /// Of entries that are not applied: the soonest deadline that one may give a key, and the last such
    /// entry.
    var undecided: (soonest: Int64, last: UInt64) = (.max, 0)

    /// Of the time that passes, log time gives back so much of its lead: as much as two clocks may drift
    /// apart.
    static let drift: UInt64 = 50
    /// One entry ends no more keys, and not many more bytes of them.
    static let entryCountLimit = 1_024
    static let entryByteLimit = 256 * 1024
}

/// How keys end: by entries that the primary puts into the log, on a tick or in front of a command that
/// touches a key whose deadline has passed.
extension ShardReplica {
    /// Whether times have anything to do with a command.
    @inline(__always)
    func mustSettleTimes(of command: Command) -> Bool {
        state.expiringCount > 0 || command.isTimed || endings.undecided.last > applied
    }

    /// Milliseconds since the Unix epoch as this node counts them; never less than the log has said.
    ///
    /// What an earlier primary's clock was ahead is kept, so that keys live as long as they were given,
    /// and given back slowly.
    mutating func logTime(at now: Instant, _ context: NodeContext) -> Int64 {
        let passed = endings.readAt.map { now.since($0) } ?? 0
        endings.lead -= min(endings.lead, passed / Endings.drift)
        endings.readAt = now
        let time = reading(at: now, context.unixLead)
        let own = context.unixTime(at: now)
        let (known, overflows) = UInt64(max(0, state.logTime))
            .multipliedReportingOverflow(by: 1_000_000)
        if !overflows, known > own &+ endings.lead { endings.lead = known &- own }
        return time
    }

    /// Log time as far as it is known here, without noting that it was looked at.
    func reading(at now: Instant, _ unixLead: UInt64) -> Int64 {
        let own = now.nanoseconds &+ unixLead
        return max(state.logTime, Int64((own &+ endings.lead) / 1_000_000))
    }

    /// Makes deadlines of a client's times, and ends the keys that its command touches and whose time has
    /// passed, in front of it; nil where it has to wait until that is committed, as only a read does.
    mutating func settleTimes(
        of request: Request,
        until deadline: Instant,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) -> Request? {
        let time = logTime(at: now, context)
        var request = request
        request.command.stamp(time)
        let isRead = request.command.isRead
        let touched = touchedEnds(of: request, by: time)
        var ends = touched
        if !isRead { ends += undecidedEnds(by: time) }
        if !ends.isEmpty, mayEnter(context) { enter(ends, at: now, &context, &effects) }
        guard isRead else {
            noteDeadlines(of: request.command)
            return request
        }
        guard touched.contains(where: { state.find($0.key)?.deadline == $0.deadline }) else {
            return request
        }
        wait(with: request, until: deadline, &context, &effects)
        return nil
    }

    /// Whether any key is past its deadline, and no entry that is applied says so.
    func isAnyDue(by time: Int64) -> Bool {
        guard state.expiringCount > 0 else { return false }
        return !endings.underWay.isEmpty || (state.deadlines.soonest ?? .max) <= time
    }

    private func touchedEnds(of request: Request, by time: Int64) -> [KeyEnd] {
        guard isAnyDue(by: time) else { return [] }
        var ends: [KeyEnd] = []
        func note(_ key: some Collection<UInt8>) {
            guard let deadline = state.find(key)?.deadline, deadline <= time else { return }
            ends.append(KeyEnd(key: Array(key), deadline: deadline))
        }
        request.command.forEachKey { note($0) }
        for ticket in request.tickets {
            for key in ticket.keys { note(key.name) }
        }
        return ends
    }

    /// Deadlines that have passed before the entries that give them are applied, which a write behind
    /// these must not overlook.
    private mutating func undecidedEnds(by time: Int64) -> [KeyEnd] {
        let last = min(endings.undecided.last, log.lastIndex)
        guard last > applied, endings.undecided.soonest <= time else { return [] }
        var ends: [KeyEnd] = []
        var soonest = Int64.max
        for index in applied + 1...last {
            log[index].command.forEachDeadline { key, deadline in
                if deadline <= time {
                    ends.append(KeyEnd(key: Array(key), deadline: deadline))
                } else {
                    soonest = min(soonest, deadline)
                }
            }
        }
        endings.undecided.soonest = soonest
        return ends
    }

    /// Notes the deadlines of a write that is about to be appended.
    private mutating func noteDeadlines(of command: Command) {
        guard command.isTimed else { return }
        if endings.undecided.last <= applied { endings.undecided.soonest = .max }
        command.forEachDeadline { _, deadline in
            endings.undecided.soonest = min(endings.undecided.soonest, deadline)
        }
        endings.undecided.last = log.lastIndex + 1
    }

    /// Ends keys whose time has passed, a bounded number at a time.
    mutating func endDue(
        at now: Instant,
        limit: Int,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard state.expiringCount > 0, endings.underWay.count < limit, mayEnter(context) else {
            return
        }
        let due = state.takeDue(upTo: logTime(at: now, context), countLimit: limit)
        if !due.isEmpty { enter(due, at: now, &context, &effects) }
    }

    @inline(__always)
    private func mayEnter(_ context: NodeContext) -> Bool {
        isServing && retirement == nil && hasEnoughInSync(context)
            && log.lastIndex - commit < UInt64(context.timing.uncommittedLimit)
    }

    /// Puts ends into the log, but for those that stand there already.
    private mutating func enter(
        _ ends: [KeyEnd],
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        var entry: [KeyEnd] = []
        var byteCount = 0
        for end in ends where !endings.underWay.contains(where: { $0.end == end }) {
            entry.append(end)
            byteCount += end.key.count
            guard
                entry.count == Endings.entryCountLimit || byteCount >= Endings.entryByteLimit
            else { continue }
            append(ends: entry, at: now, &context, &effects)
            (entry, byteCount) = ([], 0)
        }
        if !entry.isEmpty { append(ends: entry, at: now, &context, &effects) }
    }

    private mutating func append(
        ends: [KeyEnd],
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        let command = Command(ends: ends)
        if keepsNoLog(context) {
            _ = applyAlone(command)
            return
        }
        let index = log.lastIndex + 1
        for end in ends { endings.underWay.append((end, index)) }
        append(command, at: now, &context, &effects)
    }

    /// Forgets the ends that are applied.
    mutating func dropApplied() {
        let isApplied = endings.underWay.prefix { $0.index <= applied }
        endings.underWay.removeFirst(isApplied.count)
    }

    /// Forgets what belongs to one reign, but not which keys are to end.
    mutating func restEndings() {
        for (end, _) in endings.underWay { state.putBack(end) }
        endings = Endings()
    }
}

/// What readers ask of the ends of keys.
extension ShardTable {
    /// Whether a key that a primary finds may have ended, although no entry says so yet: then the read
    /// has to go through `step`.
    ///
    /// Elsewhere a key is there until its end is applied: no clock but the primary's ends it.
    public func mayHaveEnded(
        _ record: StoredRecord,
        in shard: ShardID,
        at now: @autoclosure () -> Instant
    ) -> Bool {
        guard let deadline = record.deadline else { return false }
        let index = Int(shard.value)
        return replicas[index].isPrimary && replicas[index].reading(at: now(), unixLead) >= deadline
    }

    /// The answer of a read in a shard's committed state; nil where there is none, or where a primary
    /// has to see to keys that end first.
    public func answer(
        _ read: Command,
        in shard: ShardID,
        at now: @autoclosure () -> Instant
    ) -> CommandReply? {
        let index = Int(shard.value)
        guard index < replicas.count else { return nil }
        guard replicas[index].state.expiringCount > 0 else {
            return replicas[index].state.answer(read)
        }
        let time = replicas[index].reading(at: now(), unixLead)
        if replicas[index].isPrimary, replicas[index].isAnyDue(by: time) { return nil }
        var read = read
        read.stamp(time)
        return replicas[index].state.answer(read)
    }
}
