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
        follow(append.term, &context, &effects)
        let outcome = take(append, &context, &effects)
        switch outcome {
        case .has(let index):
            verified = (
                append.term, verified.term == append.term ? max(verified.index, index) : index
            )
            verifiedBy = primary
            learn(commit: append.commit, of: append.term, &context, &effects)
            answerPrimary(&context, &effects)
            if chain?.successor != nil { markDirty(&context, &effects) }
        case .tryAfter, .needsCopy, .higherTerm:
            context.answer(outcome, shard: shard, term: append.term, to: primary, &effects)
        }
    }

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
        return .has(end)
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
        context.answer(.has(has), shard: shard, term: storedTerm, to: primary, &effects)
    }

    /// What of the current term's log is durable here; nothing before its primary's first word.
    var hasVerified: UInt64 {
        verified.term == storedTerm ? min(verified.index, durable) : 0
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
        follow(chunk.term, &context, &effects)
        guard !isRedundant(chunk) else {
            // Taken once more it would take back what came after it.
            let copy = IncomingCopy(from: primary, term: chunk.term, position: chunk.position)
            answer(chunk: chunk.number, of: copy, &effects)
            return
        }
        if chunk.number == 0 {
            incoming = IncomingCopy(from: primary, term: chunk.term, position: chunk.position)
        }
        guard var copy = incoming, copy.from == primary, copy.term == chunk.term,
            copy.position == chunk.position, copy.nextNumber == chunk.number
        else { return }
        incoming = nil
        copy.bytes.append(contentsOf: chunk.bytes)
        copy.nextNumber += 1
        guard chunk.isLast else {
            incoming = copy
            answer(chunk: chunk.number, of: copy, &effects)
            return
        }
        guard let received = KeyValueState(encoded: copy.bytes) else { return }
        install(received, copy, number: chunk.number, &context, &effects)
    }

    /// Whether all that a copy brings is here already, and nothing that differs from it.
    private func isRedundant(_ chunk: PeerMessage.SnapshotChunk) -> Bool {
        verified.term == chunk.term && hasVerified >= chunk.position.index
            && applied <= verified.index
    }

    private mutating func install(
        _ received: KeyValueState,
        _ copy: IncomingCopy,
        number: UInt32,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        state = received
        log.reset(to: copy.position)
        commit = copy.position.index
        applied = commit
        loggedCommit = commit
        verified = (copy.term, commit)
        verifiedBy = copy.from
        guard context.isLogged else {
            durable = commit
            answer(chunk: number, of: copy, &effects)
            return
        }
        context.persist(.snapshotBegin(shard, copy.position), &effects)
        var rest = copy.bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(context.timing.copyChunkBytes)
            context.persist(.snapshotChunk(shard, Array(piece)), &effects)
            rest = rest.dropFirst(piece.count)
        }
        context.persist(.snapshotEnd(shard), &effects)
        durable = 0
        context.expect(
            .copy(term: copy.term, copy.position, number: number, from: copy.from),
            of: shard
        )
    }

    mutating func finishCopy(
        term: Term,
        position: LogPosition,
        number: UInt32,
        from primary: NodeID,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard log.term(at: position.index) == position.term else { return }
        durable = max(durable, position.index)
        effects.append(
            .send(
                to: primary,
                .snapshotAnswer(
                    .init(shard: shard, term: term, position: position, number: number)
                )
            )
        )
    }

    private func answer(
        chunk number: UInt32,
        of copy: IncomingCopy,
        _ effects: inout [Effect]
    ) {
        effects.append(
            .send(
                to: copy.from,
                .snapshotAnswer(
                    .init(
                        shard: shard,
                        term: copy.term,
                        position: copy.position,
                        number: number
                    )
                )
            )
        )
    }
}
