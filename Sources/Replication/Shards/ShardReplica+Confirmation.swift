import Topology

/// Reads that wait until replicas have confirmed the primary's term once more.
struct ConfirmingReads {
    var reads: [Read] = []
    /// When the polls of the round under way were sent; nil where none is.
    var round: Instant?

    struct Read {
        var request: Request
        var deadline: Instant
        /// The last poll before the read came: only later ones prove anything.
        var after: Instant
    }
}

/// Reads without clocks (Ongaro, 2014, section 6.4): a primary whose term was confirmed after a read had
/// come reigned when it came, so that what is committed here then was all that was committed at all.
extension ShardReplica {
    mutating func confirm(
        _ request: Request,
        until deadline: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard leaseStart(context) != nil else {
            effects.append(.reply(request.token, answer(request.command)))
            return
        }
        guard confirming.reads.count < context.timing.waitingLimit,
            context.mayHold(request.byteCount)
        else {
            effects.append(.refuse(request.token, .unavailable(.queueFull)))
            return
        }
        context.heldBytes += request.byteCount
        if confirming.reads.isEmpty || confirming.round == nil { askToConfirm(&context, &effects) }
        confirming.reads.append(
            .init(request: request, deadline: deadline, after: context.lastPollSentAt)
        )
    }

    private func askToConfirm(_ context: inout NodeContext, _ effects: inout [Effect]) {
        let index = Int(shard.value)
        if !context.confirming.contains(index) { context.confirming.append(index) }
        context.requestFlush(&effects)
    }

    mutating func beganRound(_ sentAt: Instant) { confirming.round = sentAt }

    /// Answers what the confirmations that there are suffice for.
    mutating func answerConfirmed(_ context: inout NodeContext, _ effects: inout [Effect]) {
        guard !confirming.reads.isEmpty, isServing else { return }
        let start = leaseStart(context)
        let ready = confirming.reads.prefix { read in start.map { $0 > read.after } ?? true }
        for read in ready {
            context.heldBytes -= read.request.byteCount
            effects.append(.reply(read.request.token, answer(read.request.command)))
        }
        confirming.reads.removeFirst(ready.count)
        if let round = confirming.round, let start, start < round { return }
        confirming.round = nil
        if !confirming.reads.isEmpty { askToConfirm(&context, &effects) }
    }

    /// Gives reads up whose time is over.
    mutating func refuseUnconfirmed(
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        let overdue = confirming.reads.prefix { $0.deadline <= now }
        for read in overdue {
            context.heldBytes -= read.request.byteCount
            effects.append(.refuse(read.request.token, .unavailable(.unconfirmed)))
        }
        confirming.reads.removeFirst(overdue.count)
    }

    /// Lets reads of a reign that ended wait for another.
    mutating func takeBackConfirming() {
        for read in confirming.reads {
            waiting.append(WaitingRequest(request: read.request, deadline: read.deadline))
        }
        confirming = ConfirmingReads()
    }
}
