import Topology

/// A replica's place in the chain of one term.
struct ChainPlace: Equatable {
    /// Nil at the tail.
    var successor: NodeID?
    var tail: NodeID

    /// Nil where the node is no link of the chain.
    ///
    /// It begins with the primary; the others follow as the placement has them.
    init?(of node: NodeID, in assignment: ShardAssignment) {
        guard let head = assignment.primary else { return nil }
        let links = [head] + assignment.inSync.filter { $0 != head }
        guard let place = links.firstIndex(of: node), let tail = links.last else { return nil }
        successor = place + 1 < links.count ? links[place + 1] : nil
        self.tail = tail
    }
}

/// Reads that a chain's tail was asked to answer.
struct ForwardedReads {
    var reads: [Read] = []
    var lastNumber: UInt64 = 0

    struct Read {
        var number: UInt64
        var request: Request
        var deadline: Instant
    }

    mutating func take(_ number: UInt64) -> Read? {
        guard let index = reads.firstIndex(where: { $0.number == number }) else { return nil }
        return reads.remove(at: index)
    }
}

/// What a replica does as a link of a chain.
extension ShardReplica {
    @inline(__always)
    func isTail(_ context: NodeContext) -> Bool {
        role == .backup && chain?.tail == context.identity.node
    }

    /// Finds a backup's place in the chain of the term that it stores; it has none before the map of
    /// that term has come.
    mutating func findPlace(_ context: inout NodeContext, _ effects: inout [Effect]) {
        guard rule(context).mode.isChain else { return }
        let known = assignment.flatMap { $0.term == storedTerm ? $0 : nil }
        let place = known.flatMap { ChainPlace(of: context.identity.node, in: $0) }
        guard place != chain else {
            if known != nil, place == nil { answerPrimary(&context, &effects) }
            return
        }
        dropProgress(&context)
        leaseUntil = .distantPast
        chain = place
        guard let known, let place else {
            if known != nil { answerPrimary(&context, &effects) }
            return
        }
        for replica in known.replicas
        where replica.isInSync && replica.node != context.identity.node {
            var neighbour = ReplicaProgress(
                node: replica.node,
                admittedCopy: replica.copy,
                isInSync: true,
                linkedCopy: context.linkedCopy(of: replica.node)
            )
            neighbour.isFed = replica.node == place.successor
            neighbour.next = feedEnd + 1
            neighbour.heard = context.attentive
            progress.append(neighbour)
        }
        if place.successor == nil { context.pollsSoon = true }
        if feeds { markDirty(&context, &effects) }
        answerPrimary(&context, &effects)
    }

    /// What is durable here and, in a chain, behind here; nil while this replica cannot know who is
    /// behind it.
    @inline(__always)
    func hasBelow(_ context: NodeContext) -> UInt64? {
        guard verified.term == storedTerm else { return nil }
        guard rule(context).mode.isChain else { return hasVerified }
        guard assignment?.term == storedTerm else { return nil }
        guard let successor = chain?.successor else { return hasVerified }
        let below = progress.first { $0.node == successor }
        guard let below, below.isCounted else { return 0 }
        return min(hasVerified, below.match)
    }

    /// Has the tail answer a read.
    mutating func forward(
        _ request: Request,
        to tail: NodeID,
        until deadline: Instant,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard forwarded.reads.count < context.timing.waitingLimit,
            context.mayHold(request.byteCount)
        else {
            effects.append(.refuse(request.token, .unavailable(.queueFull)))
            return
        }
        context.heldBytes += request.byteCount
        guard context.link(to: tail) != nil else {
            waiting.append(WaitingRequest(request: request, deadline: deadline))
            return
        }
        forwarded.lastNumber += 1
        forwarded.reads.append(
            .init(number: forwarded.lastNumber, request: request, deadline: deadline)
        )
        let read = PeerMessage.Read(
            shard: shard,
            term: storedTerm,
            number: forwarded.lastNumber,
            commit: commit,
            command: request.command
        )
        effects.append(.send(to: tail, .read(read)))
    }

    /// The head's question: answered from what it says is committed, under a lease of this replica's
    /// own, since the head may have been deposed without either of them knowing.
    mutating func receive(
        read: PeerMessage.Read,
        from head: NodeID,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        var answer = PeerMessage.ReadAnswer(
            shard: shard,
            term: read.term,
            number: read.number,
            reply: nil
        )
        guard read.term == storedTerm, isTail(context), read.command.isRead else {
            effects.append(.send(to: head, .readAnswer(answer)))
            return
        }
        learn(commit: read.commit, of: read.term, &context, &effects)
        guard applied >= read.commit, isLeased(at: now), let leaseUntil else {
            effects.append(.send(to: head, .readAnswer(answer)))
            return
        }
        let reply = state.answer(read.command)
        let byteCount = reply.byteCount
        let isTooLong = byteCount > context.timing.replyByteLimit
        answer.reply = isTooLong ? .failure(.replyTooLong) : reply
        context.countHanded(isTooLong ? 0 : byteCount, to: head)
        effects.append(.sendRead(to: head, .readAnswer(answer), until: leaseUntil))
    }

    mutating func receive(
        answer: PeerMessage.ReadAnswer,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard role == .primary, answer.term == storedTerm,
            let read = forwarded.take(answer.number)
        else { return }
        guard let reply = answer.reply else {
            waiting.append(WaitingRequest(request: read.request, deadline: read.deadline))
            return
        }
        context.heldBytes -= read.request.byteCount
        // What the tail saw is committed here as well: if nothing that is watched has changed until now,
        // it had not then.
        let stands = read.request.tickets.isEmpty || stand(read.request)
        effects.append(.reply(read.request.token, stands ? reply : .aborted))
    }

    /// Lets reads that the tail will not answer wait for another.
    mutating func takeBackForwarded(_ context: inout NodeContext) {
        for read in forwarded.reads {
            waiting.append(WaitingRequest(request: read.request, deadline: read.deadline))
        }
        forwarded.reads = []
    }
}
