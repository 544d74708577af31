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
            bytes: state.encoded()
        )
        if progress[index].isJoining, context.moveRate > 0 {
            // What earlier moves took counts, too.
            progress[index].copying?.dueAt = context.movesPacedTo
        } else {
            sendChunk(to: index, &context, &effects)
        }
    }

    /// Sends the next chunk of a copy that waits for its time.
    mutating func continueCopy(
        to index: Int,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard let due = progress[index].copying?.dueAt, due <= now else { return }
        progress[index].copying?.dueAt = nil
        context.movesPacedTo = max(context.movesPacedTo, now)
        sendChunk(to: index, &context, &effects)
    }

    private mutating func sendChunk(
        to index: Int,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard let copying = progress[index].copying else { return }
        let size = context.timing.copyChunkBytes
        let start = min(Int(copying.number) * size, copying.bytes.count)
        let end = min(start + size, copying.bytes.count)
        let chunk = PeerMessage.SnapshotChunk(
            shard: shard,
            term: storedTerm,
            position: copying.position,
            number: copying.number,
            isLast: end == copying.bytes.count,
            bytes: Array(copying.bytes[start..<end])
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
            let index = progress.firstIndex(where: { $0.node == node }),
            let copying = progress[index].copying, copying.position == answer.position,
            copying.number == answer.number
        else { return }
        progress[index].heard = context.attentive
        let sent = (Int(copying.number) + 1) * context.timing.copyChunkBytes
        guard sent >= copying.bytes.count else {
            progress[index].copying?.number += 1
            let isPaced = progress[index].isJoining
            progress[index].copying?.dueAt = isPaced ? context.movesPacedTo : now
            continueCopy(to: index, at: now, &context, &effects)
            return
        }
        progress[index].copying = nil
        context.copiesUnderWay -= 1
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
        matched(index, answer.position.index, at: now, &context, &effects)
    }
}

/// A full copy on its way out: the state as it stood at `position`.
struct OutgoingCopy: Sendable {
    var position: LogPosition
    var bytes: [UInt8]
    var number: UInt32 = 0
    /// When the next chunk may be sent; nil while the last one is not answered.
    var dueAt: Instant?

    func progress(of shard: ShardID, to node: NodeID, _ context: NodeContext) -> CopyProgress {
        let sent = min(Int(number) * context.timing.copyChunkBytes, bytes.count)
        return CopyProgress(
            shard: shard,
            node: node,
            sentBytes: UInt64(sent),
            totalBytes: UInt64(bytes.count)
        )
    }
}
