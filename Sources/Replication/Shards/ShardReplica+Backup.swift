import Topology

/// What a replica does for another one's reign.
extension ShardReplica {
    mutating func receive(
        append: PeerMessage.Append,
        from primary: NodeID,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard append.term >= storedTerm else {
            context.answer(
                .higherTerm(storedTerm),
                shard: shard,
                term: append.term,
                to: primary,
                &effects
            )
            return
        }
        guard isNamed else { return }
        follow(append.term, &context, &effects)
        let outcome = take(append, &context, &effects)
        switch outcome {
        case .has(let index, _):
            let known = verified.term == append.term ? max(verified.index, index) : index
            verify(upTo: known, of: append.term, by: primary, new: append.previous.index + 1)
            learn(commit: append.commit, of: append.term, &context, &effects)
            // What waits for the disk is answered when it is there; until then there may be nothing to add.
            // Not with `||`, whose right side is a closure and would be given copies of all this.
            let isDurable = append.entries.isEmpty || durable >= index
            let isDue = isDurable ? true : !hasToldPrimary(&context)
            if isDue { answerPrimary(&context, &effects) }
            if chain?.successor != nil {
                markDirty(&context, &effects)
                // The disks of a chain had better work at the same time.
                context.requestFlush(&effects)
            }
        case .tryAfter, .needsCopy, .higherTerm:
            context.answer(outcome, shard: shard, term: append.term, to: primary, &effects)
        }
    }

    /// Whether the map that is known here names this replica.
    ///
    /// Where it does not yet, nothing is taken: a map on its way that does not either would have it let go
    /// of what its primary counts on. The primary asks again.
    private var isNamed: Bool { role != .none }

    /// Takes part in a term that a primary of it spoke in.
    mutating func follow(
        _ term: Term,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard term > storedTerm else { return }
        if role == .primary || role == .recovering { stepDown(&context, &effects) }
        store(term: term, &context, &effects)
        incoming = nil
    }

    /// Brings the log in line with the primary's, as in Raft (Ongaro, 2014, section 3.5); applied
    /// entries are never dropped: where they differ, only a full copy helps.
    private mutating func take(
        _ append: PeerMessage.Append,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) -> PeerMessage.AppendAnswer.Outcome {
        let previous = append.previous.index
        guard previous <= log.lastIndex else { return .tryAfter(log.lastIndex) }
        let end = previous + UInt64(append.entries.count)
        if previous < log.base.index {
            guard end >= log.base.index else { return .tryAfter(log.base.index) }
            let atBase = append.entries[Int(log.base.index - previous) - 1]
            guard atBase.term == log.base.term else { return .needsCopy }
        } else if log.term(at: previous) != append.previous.term {
            guard previous > applied else { return .needsCopy }
            drop(after: previous - 1, &context, &effects)
            return .tryAfter(applied)
        }
        var index = previous
        for entry in append.entries {
            index += 1
            if index <= log.base.index { continue }
            if let present = log.term(at: index) {
                if present == entry.term { continue }
                guard index > applied else { return .needsCopy }
                drop(after: index - 1, &context, &effects)
            }
            keep(entry, &context, &effects)
        }
        return .has(end, holds: end)
    }

    /// Appends an entry to the log, in memory and, where there is one, on disk.
    mutating func keep(
        _ entry: LogEntry,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        log.append(entry)
        let position = LogPosition(term: entry.term, index: log.lastIndex)
        if context.isLogged {
            context.persist(.entry(shard, position, entry.command), &effects)
            context.expect(.entry(position), of: shard)
        } else {
            durable = position.index
        }
    }

    private mutating func drop(
        after index: UInt64,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        log.truncate(after: index)
        durable = min(durable, index)
        context.persist(.truncate(shard, after: index), &effects)
    }

    /// Tells who spoke in the current term what is durable here, and in a chain behind here: not whom the
    /// map names, which a node that was cut off learns later than its new primary's voice.
    mutating func answerPrimary(_ context: inout NodeContext, _ effects: inout [Effect]) {
        guard role == .backup, let primary = verifiedBy, let has = hasBelow(context) else { return }
        told = (primary, storedTerm, has, hasVerified)
        context.answer(
            .has(has, holds: hasVerified),
            shard: shard,
            term: storedTerm,
            to: primary,
            &effects
        )
    }

    /// Whether the last answer on this link said all that one would say now.
    ///
    /// Mutating, as all of this would be copied otherwise.
    private mutating func hasToldPrimary(_ context: inout NodeContext) -> Bool {
        guard let told, let primary = verifiedBy, let has = hasBelow(context) else { return false }
        return told == (primary, storedTerm, has, hasVerified)
    }

    /// What of the current term's log is durable here; nothing before its primary's first word.
    var hasVerified: UInt64 {
        verified.term == storedTerm ? min(verified.index, durable) : 0
    }

    /// Notes how much of the log is known to be the primary's of a term.
    ///
    /// At the first word of a term the next link of a chain is taken to lack what is new here, and no more:
    /// what this one has was not known to be anybody's before.
    private mutating func verify(
        upTo index: UInt64,
        of term: Term,
        by primary: NodeID,
        new: UInt64
    ) {
        if verified.term != term, let successor = chain?.successor, let place = place(of: successor)
        {
            progress[place].next = max(new, log.base.index + 1)
        }
        verified = (term, index)
        verifiedBy = primary
    }

    mutating func learn(
        commit heard: UInt64,
        of term: Term,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard verified.term == term else { return }
        let known = min(heard, verified.index)
        guard known > commit else { return }
        commit = known
        applyCommitted(&context, &effects)
    }

    mutating func receive(
        chunk: PeerMessage.SnapshotChunk,
        from primary: NodeID,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard chunk.term >= storedTerm else {
            context.answer(
                .higherTerm(storedTerm),
                shard: shard,
                term: chunk.term,
                to: primary,
                &effects
            )
            return
        }
        guard isNamed else { return }
        follow(chunk.term, &context, &effects)
        let answer = PeerMessage.SnapshotAnswer(
            shard: shard,
            term: chunk.term,
            position: chunk.position,
            number: chunk.number
        )
        guard !isRedundant(chunk) else {
            // Taken once more it would take back what came after it.
            effects.append(.send(to: primary, .snapshotAnswer(answer)))
            return
        }
        if chunk.number == 0 {
            guard !isUnderWay(chunk, from: primary, context) else { return }
            beginCopy(chunk, from: primary, &context, &effects)
        }
        guard var copy = incoming, copy.from == primary, copy.term == chunk.term,
            copy.position == chunk.position, copy.nextNumber == chunk.number
        else { return }
        incoming = nil
        guard copy.decoding.take(chunk.bytes) else { return }
        copy.nextNumber += 1
        copy.takenAt = context.attentive
        if !chunk.bytes.isEmpty { context.persist(.snapshotChunk(shard, chunk.bytes), &effects) }
        if chunk.isLast {
            guard let received = copy.decoding.state else { return }
            install(received, copy, &context, &effects)
        } else {
            incoming = copy
        }
        if context.isLogged {
            context.expect(.chunk(answer, isLast: chunk.isLast, from: primary), of: shard)
        } else {
            effects.append(.send(to: primary, .snapshotAnswer(answer)))
        }
    }

    /// Makes room for a copy beside what is here, which stands until the copy is whole.
    private mutating func beginCopy(
        _ chunk: PeerMessage.SnapshotChunk,
        from primary: NodeID,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        incoming = IncomingCopy(from: primary, term: chunk.term, position: chunk.position)
        copiesBegun += 1
        context.persist(.snapshotBegin(shard, chunk.position), &effects)
    }

    /// Whether a first chunk has only come twice, and the copy that it began goes on.
    ///
    /// Beginning anew would leave the sender waiting for an answer to a later chunk. One that does begin
    /// anew has waited for its patience before, or the link has changed.
    private func isUnderWay(
        _ chunk: PeerMessage.SnapshotChunk,
        from primary: NodeID,
        _ context: NodeContext
    ) -> Bool {
        guard let incoming, incoming.from == primary, incoming.term == chunk.term,
            incoming.position == chunk.position
        else { return false }
        return context.attentive.since(incoming.takenAt) < context.timing.copyPatience / 2
    }

    /// Whether all that a copy brings is here already, and nothing that differs from it.
    private func isRedundant(_ chunk: PeerMessage.SnapshotChunk) -> Bool {
        verified.term == chunk.term && hasVerified >= chunk.position.index
            && applied <= verified.index
    }

    private mutating func install(
        _ received: KeyValueState,
        _ copy: IncomingCopy,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        let expiredCount = state.expiredCount
        state = received
        state.expiredCount = expiredCount
        log.reset(to: copy.position)
        commit = copy.position.index
        applied = commit
        loggedCommit = commit
        verify(upTo: commit, of: copy.term, by: copy.from, new: commit + 1)
        durable = context.isLogged ? 0 : commit
        context.persist(.snapshotEnd(shard), &effects)
    }

    /// A piece of a copy is as durable as the node promises.
    mutating func keptChunk(
        _ answer: PeerMessage.SnapshotAnswer,
        isLast: Bool,
        from primary: NodeID,
        _ effects: inout [Effect]
    ) {
        if isLast {
            guard log.term(at: answer.position.index) == answer.position.term else { return }
            durable = max(durable, answer.position.index)
        }
        effects.append(.send(to: primary, .snapshotAnswer(answer)))
    }
}
