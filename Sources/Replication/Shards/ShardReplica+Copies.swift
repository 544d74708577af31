import Topology

/// How a primary sends a full copy, one chunk at a time.
extension ShardReplica {
    /// Begins a full copy, unless too many are under way: then the next tick tries again.
    mutating func startCopy(
        to index: Int,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        progress[index].flow = .copying
        guard context.copiesUnderWay < context.timing.copyLimit, progress[index].linkedCopy != nil
        else { return }
        context.copiesUnderWay += 1
        let term = log.term(at: applied) ?? log.base.term
        progress[index].copying = OutgoingCopy(
            position: LogPosition(term: term, index: applied),
            encoding: StateEncoding(state)
        )
        if progress[index].isJoining, context.moveRate > 0 {
            // What earlier moves took counts, too.
            progress[index].copying?.dueAt = context.movesPacedTo
        } else {
            sendChunk(to: index, &context, &effects)
        }
    }

    /// Sends the next chunk of a copy that waits for its time; gives one up that nobody answers any more.
    mutating func continueCopy(
        to index: Int,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard let copying = progress[index].copying else { return }
        guard let due = copying.dueAt else {
            guard context.attentive.since(copying.sentAt) >= context.timing.copyPatience else {
                return
            }
            giveUpCopy(to: index, &context)
            progress[index].flow = .probing
            progress[index].probedAt = nil
            return
        }
        guard due <= now else { return }
        progress[index].copying?.dueAt = nil
        context.movesPacedTo = max(context.movesPacedTo, now)
        sendChunk(to: index, &context, &effects)
    }

    mutating func giveUpCopy(to index: Int, _ context: inout NodeContext) {
        guard progress[index].copying != nil else { return }
        progress[index].copying = nil
        context.copiesUnderWay -= 1
    }

    private mutating func sendChunk(
        to index: Int,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        let limit = context.timing.copyChunkBytes
        guard let bytes = progress[index].copying?.take(limit: limit, at: context.attentive),
            let copying = progress[index].copying
        else { return }
        let chunk = PeerMessage.SnapshotChunk(
            shard: shard,
            term: storedTerm,
            position: copying.position,
            number: copying.number,
            isLast: copying.encoding.isFinished,
            bytes: bytes
        )
        if progress[index].isJoining { context.countMoved(chunk.bytes.count) }
        effects.append(.send(to: progress[index].node, .snapshot(chunk)))
    }

    mutating func receive(
        answer: PeerMessage.SnapshotAnswer,
        from node: NodeID,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard feeds, answer.term == storedTerm,
            let index = place(of: node),
            let copying = progress[index].copying, copying.position == answer.position,
            copying.number == answer.number
        else { return }
        progress[index].heard = context.attentive
        guard copying.encoding.isFinished else {
            progress[index].copying?.number += 1
            let isPaced = progress[index].isJoining
            progress[index].copying?.dueAt = isPaced ? context.movesPacedTo : now
            continueCopy(to: index, at: now, &context, &effects)
            return
        }
        giveUpCopy(to: index, &context)
        progress[index].flow = .streaming
        // Answers to appends from before the copy may have said that it has more.
        progress[index].next = max(progress[index].match, answer.position.index) + 1
        markDirty(&context, &effects)
        guard chain?.successor != node else {
            // The copy is there; what is behind it will be asked for.
            progress[index].flow = .probing
            progress[index].probedAt = nil
            return
        }
        progress[index].copiedUntil = log.lastIndex
        matched(index, answer.position.index, at: now, &context, &effects)
    }
}

/// A full copy on its way out: the state as it stood at `position`, encoded chunk by chunk.
struct OutgoingCopy: Sendable {
    var position: LogPosition
    var encoding: StateEncoding
    var number: UInt32 = 0
    private(set) var sentBytes = 0
    /// When the last chunk was sent, on the attentive clock.
    private(set) var sentAt = Instant.distantPast
    /// When the next chunk may be sent; nil while the last one is not answered.
    var dueAt: Instant?

    init(position: LogPosition, encoding: StateEncoding) {
        self.position = position
        self.encoding = encoding
    }

    mutating func take(limit: Int, at attentive: Instant) -> [UInt8] {
        let bytes = encoding.next(limit: limit)
        sentBytes += bytes.count
        sentAt = attentive
        return bytes
    }

    func progress(of shard: ShardID, to node: NodeID) -> CopyProgress {
        CopyProgress(
            shard: shard,
            node: node,
            sentBytes: UInt64(sentBytes),
            totalBytes: UInt64(max(sentBytes, encoding.byteCount))
        )
    }
}
