public import Topology

/// One node as a value: every shard replica it holds, driven by events, wanting effects.
///
/// Time comes in as an argument and never runs back. The shell calls `step` for whatever happens,
/// carries the effects out in order, and lets reads look at `table`.
public struct NodeCore {
    public private(set) var map: ClusterMap?
    /// What reads look at.
    public internal(set) var table = ShardTable()
    var context: NodeContext
    private let modes: [any ReplicationMode.Type]
    private var lastPoll = Instant.distantPast
    private var recovered: [RecoveredShard]

    /// - Parameters:
    ///   - isLogged: false under `memory`: then nothing is ever persisted.
    ///   - unixLead: how far the Unix epoch's time is ahead of the clock that `step` is told,
    ///     nanoseconds; only deadlines of keys are read on it.
    ///   - recovered: what the log held, in any order; empty for a fresh copy.
    ///   - modes: those that a map may name.
    public init(
        identity: NodeIdentity,
        isLogged: Bool,
        startedAt: Instant,
        unixLead: UInt64 = 0,
        recovered: [RecoveredShard] = [],
        timing: Timing = Timing(),
        modes: [any ReplicationMode.Type] = replicationModes
    ) {
        context = NodeContext(
            identity: identity,
            startedAt: startedAt,
            unixLead: unixLead,
            isLogged: isLogged,
            timing: timing
        )
        table.unixLead = unixLead
        self.modes = modes
        self.recovered = recovered
    }

    /// One shard's committed state.
    public func state(of shard: ShardID) -> KeyValueState? { table.state(of: shard) }

    public var identity: NodeIdentity { context.identity }

    /// Whether the flush that was asked for should come at once: it has more to send than entries.
    ///
    /// Entries alone may wait until the log is done with what it is at, so that one message carries
    /// all that came meanwhile.
    public var isFlushUrgent: Bool { context.isFlushUrgent }

    public mutating func step(
        _ event: Event,
        at now: Instant,
        into effects: inout [Effect]
    ) {
        switch event {
        case .request(let shard, let token, let command):
            receive(.init(token: token, command: command), of: shard, at: now, &effects)
        case .confirmedRead(let shard, let token, let command):
            let request = Request(token: token, command: command, isConfirmed: true)
            receive(request, of: shard, at: now, &effects)
        case .guarded(let shard, let token, let command, let tickets):
            let request = Request(token: token, command: command, tickets: tickets)
            receive(request, of: shard, at: now, &effects)
        case .message(let node, let message): receive(message, from: node, at: now, &effects)
        case .persisted(let sequence): persisted(upTo: sequence, at: now, &effects)
        case .flush: flush(at: now, &effects)
        case .tick: tick(at: now, &effects)
        case .map(let map): receive(map, at: now, &effects)
        case .peerConnected(let node, let boot, let copy):
            connected(to: node, boot, copy, &effects)
        case .peerDisconnected(let node): disconnected(from: node, &effects)
        case .peerCongested(let node, let isCongested):
            congested(node, isCongested, &effects)
        case .stop:
            context.isStopping = true
            table.isStopping = true
        }
    }

    private mutating func receive(
        _ request: Request,
        of shard: ShardID,
        at now: Instant,
        _ effects: inout [Effect]
    ) {
        guard Int(shard.value) < table.replicas.count else {
            effects.append(.refuse(request.token, .unavailable(.noMap)))
            return
        }
        table.replicas[Int(shard.value)].receive(request, at: now, &context, &effects)
    }

    /// Ends a client's watch; a ticket of another reign than the present one has ended by itself.
    public mutating func unwatch(_ ticket: WatchTicket) {
        let index = Int(ticket.shard.value)
        guard index < table.replicas.count, table.replicas[index].storedTerm == ticket.term else {
            return
        }
        table.replicas[index].state.watched.unwatch(ticket)
    }

    private mutating func persisted(
        upTo sequence: UInt64,
        at now: Instant,
        _ effects: inout [Effect]
    ) {
        while let awaited = context.takeDurable(upTo: sequence) {
            table.replicas[Int(awaited.shard.value)].becameDurable(
                awaited.what,
                at: now,
                &context,
                &effects
            )
        }
    }

    private mutating func receive(
        _ map: ClusterMap,
        at now: Instant,
        _ effects: inout [Effect]
    ) {
        if let known = self.map, map.cluster != known.cluster || map.epoch <= known.epoch { return }
        guard let mode = modes.mode(map.replication) else {
            effects.append(.note("the map names an unknown replication mode: \(map.replication)"))
            return
        }
        if table.replicas.isEmpty { open(map) }
        guard table.replicas.count == map.shards.count else {
            effects.append(
                .note("the map has \(map.shards.count) shards, not \(table.replicas.count)")
            )
            return
        }
        self.map = map
        context.adopt(mode, of: map)
        context.moveRate = map.moveRate
        for index in table.replicas.indices {
            table.replicas[index].receive(
                assignment: map.shards[index],
                at: now,
                &context,
                &effects
            )
        }
    }

    private mutating func open(_ map: ClusterMap) {
        table.replicas = map.shards.indices.map { ShardReplica(shard: ShardID(UInt16($0))) }
        for found in recovered where Int(found.shard.value) < table.replicas.count {
            table.replicas[Int(found.shard.value)] = found.replica()
        }
        recovered = []
    }

    private mutating func connected(
        to node: NodeID,
        _ boot: BootID,
        _ copy: CopyID,
        _ effects: inout [Effect]
    ) {
        if context.link(to: node) != nil { disconnected(from: node, &effects) }
        context.links.append(
            NodeContext.Link(node: node, boot: boot, copy: copy, heard: context.attentive)
        )
        context.pollsSoon = true
        for index in table.replicas.indices {
            table.replicas[index].linkChanged(to: node, copy: copy, &context, &effects)
        }
    }

    private mutating func disconnected(from node: NodeID, _ effects: inout [Effect]) {
        guard let link = context.link(to: node) else { return }
        context.links.remove(at: link)
        for index in table.replicas.indices {
            table.replicas[index].linkChanged(to: node, copy: nil, &context, &effects)
        }
    }

    /// Stops sending to a peer, or goes on with what has gathered for it.
    private mutating func congested(
        _ node: NodeID,
        _ isCongested: Bool,
        _ effects: inout [Effect]
    ) {
        guard let link = context.link(to: node) else { return }
        context.links[link].isCongested = isCongested
        guard !isCongested else { return }
        requestTurns(of: link, &effects)
        for index in table.replicas.indices
        where table.replicas[index].feeds && table.replicas[index].lacks(node) {
            table.replicas[index].markDirty(&context, &effects)
        }
    }

    private mutating func flush(at now: Instant, _ effects: inout [Effect]) {
        context.beginFlush()
        if context.pollsSoon, now.since(lastPoll) >= context.timing.tick {
            poll(at: now, &effects)
        }
        pollForReads(at: now, &effects)
        var dirty: [Int] = []
        swap(&dirty, &context.dirty)
        for index in dirty { table.replicas[index].flush(at: now, &context, &effects) }
        if context.dirty.isEmpty {
            dirty.removeAll(keepingCapacity: true)
            swap(&dirty, &context.dirty)
        }
        for index in context.links.indices {
            let node = context.links[index].node
            if !context.links[index].turns.isEmpty { takeTurns(of: index, at: now, &effects) }
            context.sendAppends(index, &effects)
            if !context.links[index].answers.isEmpty {
                effects.append(
                    .send(to: node, .appendAnswers(context.links[index].answers))
                )
                context.links[index].answers.removeAll(keepingCapacity: true)
            }
            if !context.links[index].requests.isEmpty {
                effects.append(.send(to: node, .recover(context.links[index].requests)))
                context.links[index].requests.removeAll(keepingCapacity: true)
            }
            if !context.links[index].reports.isEmpty {
                effects.append(.send(to: node, .recoverAnswers(context.links[index].reports)))
                context.links[index].reports.removeAll(keepingCapacity: true)
            }
        }
    }

    private mutating func tick(at now: Instant, _ effects: inout [Effect]) {
        context.tick(at: now)
        context.endLimit = max(
            context.timing.leastEndedKeys,
            context.timing.endedKeys / max(1, table.replicas.count)
        )
        for index in table.replicas.indices {
            table.replicas[index].tick(at: now, &context, &effects)
        }
        let interval = context.pollsSoon ? context.timing.tick : context.timing.poll
        if now.since(lastPoll) >= interval { poll(at: now, &effects) }
    }

    /// Asks every linked replica for its leases, all shards in one message.
    private mutating func poll(at now: Instant, _ effects: inout [Effect]) {
        lastPoll = now
        context.pollsSoon = false
        let sentAt = context.notePoll(at: now)
        for link in context.links {
            var polled: [PeerMessage.PolledShard] = []
            for index in table.replicas.indices {
                let question = table.replicas[index].poll(of: link.node, at: now, context)
                if let question { polled.append(question) }
            }
            let poll = PeerMessage.Poll(sentAt: sentAt, heardFrom: link.heardFrom, shards: polled)
            effects.append(.send(to: link.node, .poll(poll)))
        }
    }

    /// Asks at once about shards with reads that wait for a round of confirmations.
    private mutating func pollForReads(at now: Instant, _ effects: inout [Effect]) {
        guard !context.confirming.isEmpty else { return }
        let sentAt = context.notePoll(at: now)
        let shards = context.confirming
        context.confirming.removeAll(keepingCapacity: true)
        for index in shards { table.replicas[index].beganRound(sentAt) }
        for link in context.links {
            let polled = shards.compactMap {
                table.replicas[$0].poll(of: link.node, at: now, context)
            }
            guard !polled.isEmpty else { continue }
            let poll = PeerMessage.Poll(sentAt: sentAt, heardFrom: link.heardFrom, shards: polled)
            effects.append(.send(to: link.node, .poll(poll)))
        }
    }
}
