import Topology

/// Who goes on when a peer may be handed more.
extension NodeCore {
    /// Gives each that waits for a peer its turn, in order; who is cut short again goes behind the others.
    mutating func takeTurns(of link: Int, at now: Instant, _ effects: inout [Effect]) {
        var left = context.links[link].turns.count
        while left > 0, !context.links[link].isCongested, context.mayHand(to: link) {
            left -= 1
            switch context.links[link].turns.removeFirst() {
            case .entries(let shard):
                table.replicas[Int(shard.value)].feed(over: link, at: now, &context, &effects)
            case .reads:
                answerReads(of: link, at: now, &effects)
            }
        }
        requestTurns(of: link, &effects)
    }

    /// Asks for the flush in which the next have their turn, unless the peer has to keep up first.
    mutating func requestTurns(of link: Int, _ effects: inout [Effect]) {
        let turns = context.links[link].turns
        guard !turns.isEmpty, !context.links[link].isCongested else { return }
        context.requestFlush(isUrgent: turns.contains(.reads), &effects)
    }

    /// Takes a head's read, which is answered at once where none waits.
    mutating func receive(
        _ read: PeerMessage.Read,
        over link: Int,
        at now: Instant,
        _ effects: inout [Effect]
    ) {
        context.links[link].reads.append(read)
        guard !context.links[link].turns.contains(.reads) else { return }
        answerReads(of: link, at: now, &effects)
        requestTurns(of: link, &effects)
    }

    /// Answers a head's reads in their order, so far as it may be handed so much at once.
    private mutating func answerReads(of link: Int, at now: Instant, _ effects: inout [Effect]) {
        let head = context.links[link].node
        var answered = 0
        while answered < context.links[link].reads.count, !context.links[link].isCongested,
            context.mayHand(to: link)
        {
            let read = context.links[link].reads[answered]
            answered += 1
            table.replicas[Int(read.shard.value)]
                .receive(read: read, from: head, at: now, &context, &effects)
        }
        context.links[link].reads.removeFirst(answered)
        if !context.links[link].reads.isEmpty { context.wait(for: .reads, of: link) }
    }
}
