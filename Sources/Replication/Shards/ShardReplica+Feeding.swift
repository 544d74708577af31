import Topology

/// How a primary, or a link of a chain, brings other replicas what they lack.
extension ShardReplica {
    mutating func markDirty(_ context: inout NodeContext, _ effects: inout [Effect]) {
        guard !isDirty else { return }
        isDirty = true
        context.dirty.append(Int(shard.value))
        context.requestFlush(isUrgent: false, &effects)
    }

    mutating func receive(
        answer: PeerMessage.AppendAnswer,
        from node: NodeID,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        if case .higherTerm(let term) = answer.outcome, term > storedTerm {
            if role == .primary || role == .recovering { stepDown(&context, &effects) }
            store(term: term, &context, &effects)
            return
        }
        guard feeds, answer.term == storedTerm,
            let index = place(of: node)
        else { return }
        progress[index].heard = context.attentive
        switch answer.outcome {
        case .has(let has, let holds):
            guard has <= holds, holds <= feedEnd else { return }
            progress[index].holds = max(progress[index].holds, holds)
            progress[index].next = max(progress[index].next, holds + 1)
            if progress[index].flow == .probing { endProbing(of: index, context) }
            if progress[index].next <= feedEnd { markDirty(&context, &effects) }
            matched(index, has, at: now, &context, &effects)
        case .tryAfter(let after):
            guard progress[index].flow != .copying else { return }
            guard role != .primary || after <= log.lastIndex else {
                // It has let go of everything up to beyond the end of this log: no append will ever fit.
                progress[index].beginAnew(last: log.lastIndex)
                startCopy(to: index, &context, &effects)
                return
            }
            progress[index].flow = .probing
            progress[index].probedAt = nil
            progress[index].match = min(progress[index].match, after)
            progress[index].holds = min(progress[index].holds, after)
            progress[index].next = min(after, feedEnd) + 1
            if isCopySmaller(than: after, for: progress[index]) {
                startCopy(to: index, &context, &effects)
            }
            markDirty(&context, &effects)
        case .needsCopy:
            guard progress[index].flow != .copying else { return }
            progress[index].beginAnew(last: log.lastIndex)
            startCopy(to: index, &context, &effects)
        case .higherTerm:
            break
        }
    }

    /// Streams from where the probe began, which was a guess.
    ///
    /// What the replica says may be no answer to the probe. Were the guess further ahead of it than the
    /// window, nothing would be sent, and so nothing ever put right.
    private mutating func endProbing(of index: Int, _ context: NodeContext) {
        let known = progress[index].known
        if progress[index].next > known + context.timing.windowLimit {
            guard log.term(at: known) != nil else { return }
            progress[index].next = known + 1
        }
        progress[index].flow = .streaming
    }

    /// Whether the live keys are fewer bytes than the log behind an index, for a replica that counts in
    /// nothing: another may not lose an entry, however sure it is to get it again.
    private func isCopySmaller(than after: UInt64, for replica: ReplicaProgress) -> Bool {
        let size = state.copyByteCount
        guard !replica.isCounted, proposal == nil, log.byteCount > size, log.term(at: after) != nil
        else { return false }
        var index = after
        var behind = 0
        while index < min(applied, feedEnd), behind <= size {
            index += 1
            behind += log[index].command.bytes.count
        }
        return behind > size
    }

    /// Whether this replica sends entries on.
    @inline(__always)
    var feeds: Bool { role == .primary || (role == .backup && chain?.successor != nil) }

    /// Whether it may now: a link of a chain has to know first that its entries are the head's.
    @inline(__always)
    private var mayFeed: Bool { feeds && (role == .primary || verified.term == storedTerm) }

    /// The last entry that it may send on: of a link of a chain, the last that is known to be the
    /// head's.
    @inline(__always)
    var feedEnd: UInt64 {
        if role == .primary { return log.lastIndex }
        return verified.term == storedTerm ? min(verified.index, log.lastIndex) : 0
    }

    /// Whether a replica that this one feeds lacks something.
    func lacks(_ node: NodeID) -> Bool {
        guard let place = place(of: node) else { return false }
        return progress[place].isFed && progress[place].next <= feedEnd
    }

    /// Where what is known of another replica stands.
    @inline(__always)
    func place(of node: NodeID) -> Int? {
        for place in progress.indices where progress[place].node == node { return place }
        return nil
    }

    /// A replica has everything up to an index: in a chain, so do all behind it.
    mutating func matched(
        _ index: Int,
        _ has: UInt64,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        let isChained = chain != nil && chain?.successor == progress[index].node
        for other in progress.indices
        where other == index || (isChained && progress[other].isInSync) {
            progress[other].match = max(progress[other].match, has)
            noteLag(of: other, at: now, context)
        }
        if role == .primary {
            advanceCommit(at: now, &context, &effects)
            if retirement != nil { pursueMove(at: now, &context, &effects) }
        } else {
            answerPrimary(&context, &effects)
        }
    }

    /// Sends what each backup lacks, behind what waits for it already.
    mutating func flush(
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        isDirty = false
        guard mayFeed else { return }
        for index in progress.indices where progress[index].isFed {
            guard let link = context.link(to: progress[index].node),
                !context.links[link].isCongested
            else { continue }
            guard context.links[link].turns.isEmpty else {
                context.wait(for: .entries(shard), of: link)
                continue
            }
            feed(index, over: link, at: now, &context, &effects)
        }
    }

    /// Goes on with what a backup lacks, now that it may be handed more.
    mutating func feed(
        over link: Int,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard mayFeed, let index = place(of: context.links[link].node), progress[index].isFed
        else { return }
        feed(index, over: link, at: now, &context, &effects)
    }

    /// Sends what a backup lacks, so far as it may be handed so much at once; the rest waits its turn.
    @inline(__always)
    private mutating func feed(
        _ index: Int,
        over link: Int,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        switch progress[index].flow {
        case .copying:
            return
        case .probing:
            if let probedAt = progress[index].probedAt,
                now.since(probedAt) < context.timing.retry
            {
                return
            }
            guard context.mayHand(to: link) else {
                return context.wait(for: .entries(shard), of: link)
            }
            progress[index].probedAt = now
            _ = send(to: index, &context, &effects)
        case .streaming:
            while progress[index].next <= feedEnd,
                progress[index].next <= progress[index].known + context.timing.windowLimit
            {
                guard context.mayHand(to: link) else {
                    return context.wait(for: .entries(shard), of: link)
                }
                guard send(to: index, &context, &effects) else { return }
            }
        }
    }

    /// Sends one append; false where a full copy had to be started instead.
    private mutating func send(
        to index: Int,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) -> Bool {
        let next = progress[index].next
        guard let term = log.term(at: next - 1) else {
            startCopy(to: index, &context, &effects)
            return false
        }
        let entries = log.entries(
            from: next,
            to: feedEnd,
            countLimit: context.timing.appendEntryLimit,
            byteLimit: context.timing.appendByteLimit
        )
        if progress[index].flow == .streaming {
            progress[index].next += UInt64(entries.count)
        }
        if progress[index].isJoining {
            context.countMoved(entries.reduce(0) { $0 + $1.command.bytes.count })
        }
        let append = PeerMessage.Append(
            shard: shard,
            term: storedTerm,
            previous: LogPosition(term: term, index: next - 1),
            commit: commit,
            entries: entries
        )
        context.send(append, to: progress[index].node, &effects)
        return true
    }

    /// A link to a replica came up or went down (`copy` nil).
    mutating func linkChanged(
        to node: NodeID,
        copy: CopyID?,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        if incoming?.from == node { incoming = nil }
        if told?.to == node { told = nil }
        guard let index = place(of: node) else { return }
        giveUpCopy(to: index, &context)
        progress[index].copiedUntil = 0
        if let copy, let last = progress[index].lastCopy, last != copy {
            progress[index].beginAnew(last: log.lastIndex)
            progress[index].confirmed = .distantPast
        }
        if copy == nil, chain?.tail == node { takeBackForwarded(&context) }
        progress[index].linkedCopy = copy
        progress[index].flow = .probing
        progress[index].probedAt = nil
        guard let copy else { return }
        // What was turned down for want of a link may be granted now.
        proposalPause = 0
        progress[index].lastCopy = copy
        progress[index].next = progress[index].known + 1
        // A new copy holds nothing: the guess that it holds as much as this one costs one refusal.
        if progress[index].known == 0 { progress[index].next = feedEnd + 1 }
        markDirty(&context, &effects)
    }
}
