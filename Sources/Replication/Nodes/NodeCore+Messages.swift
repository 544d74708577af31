public import Topology

extension NodeCore {
    mutating func receive(
        _ message: PeerMessage,
        from node: NodeID,
        at now: Instant,
        _ effects: inout [Effect]
    ) {
        // Before the first map nothing here can be answered; the sender asks again.
        guard !table.replicas.isEmpty, context.link(to: node) != nil else { return }
        switch message {
        case .poll(let poll): receive(poll, from: node, at: now, &effects)
        case .pollAnswer(let answer): receive(answer, from: node, at: now, &effects)
        case .appends(let appends):
            fetch(appends.count) { appends[$0].shard }
            for append in appends where holds(append.shard) {
                table.replicas[Int(append.shard.value)]
                    .receive(append: append, from: node, &context, &effects)
            }
        case .appendAnswers(let answers):
            fetch(answers.count) { answers[$0].shard }
            for answer in answers where holds(answer.shard) {
                table.replicas[Int(answer.shard.value)]
                    .receive(answer: answer, from: node, at: now, &context, &effects)
            }
        case .snapshot(let chunk):
            guard holds(chunk.shard) else { return }
            table.replicas[Int(chunk.shard.value)]
                .receive(chunk: chunk, from: node, &context, &effects)
        case .snapshotAnswer(let answer):
            guard holds(answer.shard) else { return }
            table.replicas[Int(answer.shard.value)]
                .receive(answer: answer, from: node, at: now, &context, &effects)
        case .recover(let requests):
            for request in requests where holds(request.shard) {
                table.replicas[Int(request.shard.value)]
                    .receive(recover: request, from: node, at: now, &context, &effects)
            }
        case .recoverAnswers(let answers):
            for answer in answers where holds(answer.shard) {
                table.replicas[Int(answer.shard.value)]
                    .receive(report: answer, from: node, at: now, &context, &effects)
            }
        case .read(let read):
            guard holds(read.shard), let link = context.link(to: node) else { return }
            receive(read, over: link, at: now, &effects)
        case .readAnswer(let answer):
            guard holds(answer.shard) else { return }
            table.replicas[Int(answer.shard.value)]
                .receive(answer: answer, at: now, &context, &effects)
        }
    }

    /// Has the processor fetch what the next entries of some shards need, for all of them at once.
    @inline(__always)
    private mutating func fetch(_ count: Int, _ shard: (Int) -> ShardID) {
        for number in 0..<count where holds(shard(number)) {
            table.replicas[Int(shard(number).value)].fetch(.place)
        }
        for number in 0..<count where holds(shard(number)) {
            table.replicas[Int(shard(number).value)].fetch(.record)
        }
    }

    /// Whether there is such a shard: a replica is then changed where it stands, as a copy for a moment would
    /// count every reference that it holds.
    private func holds(_ shard: ShardID) -> Bool { Int(shard.value) < table.replicas.count }

    private mutating func receive(
        _ poll: PeerMessage.Poll,
        from node: NodeID,
        at now: Instant,
        _ effects: inout [Effect]
    ) {
        guard let link = context.link(to: node) else { return }
        let holder = GrantHolder(node: node, boot: context.links[link].boot)
        var answer = PeerMessage.PollAnswer(
            sentAt: poll.sentAt,
            answeredAt: now,
            confirmed: [],
            refused: []
        )
        for polled in poll.shards where Int(polled.shard.value) < table.replicas.count {
            let index = Int(polled.shard.value)
            let outcome = table.replicas[index].receive(
                poll: polled,
                from: holder,
                heardAt: poll.heardFrom,
                at: now,
                &context,
                &effects
            )
            switch outcome {
            case .granted(let confirmation): answer.confirmed.append(confirmation)
            case .refused(let stored):
                answer.refused.append(.init(shard: polled.shard, term: stored))
            case .later: break
            }
        }
        effects.append(.send(to: node, .pollAnswer(answer)))
    }

    private mutating func receive(
        _ answer: PeerMessage.PollAnswer,
        from node: NodeID,
        at now: Instant,
        _ effects: inout [Effect]
    ) {
        if let link = context.link(to: node) {
            context.links[link].heard = context.attentive
            context.links[link].heardFrom = answer.answeredAt
        }
        for confirmed in answer.confirmed where holds(confirmed.shard) {
            table.replicas[Int(confirmed.shard.value)].receive(
                confirmed,
                from: node,
                sentAt: answer.sentAt,
                at: now,
                &context,
                &effects
            )
        }
        for refused in answer.refused where holds(refused.shard) {
            let answer = PeerMessage.AppendAnswer(
                shard: refused.shard,
                term: refused.term,
                outcome: .higherTerm(refused.term)
            )
            table.replicas[Int(refused.shard.value)]
                .receive(answer: answer, from: node, at: now, &context, &effects)
        }
    }

    /// What a heartbeat says of this node.
    public func status(at now: Instant) -> NodeStatus {
        var status = NodeStatus(
            node: identity.node,
            boot: identity.boot,
            copy: identity.copy,
            cluster: map?.cluster ?? .none,
            epoch: map?.epoch ?? .none
        )
        status.reaches = context.links.filter {
            context.attentive.since($0.heard) <= context.timing.lease
        }.map(\.node)
        table.describe(at: now, lease: context.timing.lease, in: &status)
        return status
    }

    /// Figures for INFO.
    public struct Summary: Sendable, Equatable {
        public var epoch = Epoch.none
        public var mode = ""
        public var primaries = 0
        public var backups = 0
        public var leased = 0
        public var recovering = 0
        public var keys = 0
        /// Of these, those with a deadline.
        public var expiringKeys = 0
        /// Keys that ended since the process started.
        public var expiredKeys = 0
        public var recordBytes = 0
        public var logEntries = 0
        public var logBytes = 0
        public var uncommitted: UInt64 = 0
        public var waiting = 0
        public var highestTerm = Term.none
        /// Primary shards whose in-sync set lacks a replica.
        public var shrunkenSets = 0
        /// Primary shards that have fallen back to what their mode degrades to.
        public var degraded = 0
        /// How old the oldest backup's state may be, nanoseconds; nil where one is of unknown age.
        public var greatestAge: UInt64? = 0
        /// Bytes of copies and entries that this process sent to replicas that joined.
        public var movedBytes: UInt64 = 0
        public var linkedPeers: [NodeID] = []
    }

    public func summary(at now: Instant) -> Summary {
        var summary = Summary()
        summary.epoch = map?.epoch ?? .none
        summary.mode = map?.replication ?? ""
        summary.movedBytes = context.movedBytes
        summary.linkedPeers = context.links.map(\.node).sorted()
        for shard in table.replicas {
            switch shard.role {
            case .none: continue
            case .backup:
                summary.backups += 1
                let age = table.age(of: shard.shard, at: now)
                summary.greatestAge = age.flatMap { age in summary.greatestAge.map { max($0, age) }
                }
            case .recovering: summary.recovering += 1
            case .primary:
                summary.primaries += 1
                if shard.isServing, shard.isLeased(at: now) { summary.leased += 1 }
                if shard.assignment?.isDegraded == true { summary.degraded += 1 }
                let members = shard.progress.lazy.filter { !$0.isJoining }
                if members.contains(where: { !$0.isInSync || !$0.isCounted }) {
                    summary.shrunkenSets += 1
                }
            }
            summary.keys += shard.state.count
            summary.expiringKeys += shard.state.expiringCount
            summary.expiredKeys += shard.state.expiredCount
            summary.recordBytes += shard.state.byteCount
            summary.logEntries += shard.log.count
            summary.logBytes += shard.log.byteCount
            summary.uncommitted += shard.log.lastIndex - shard.commit
            summary.waiting += shard.waiting.count + shard.pending.count
            summary.highestTerm = max(summary.highestTerm, shard.storedTerm)
        }
        return summary
    }

    /// Where one shard stands; for INFO, tests and the convergence wait.
    public struct ShardView: Sendable, Equatable {
        public var term: Term
        public var isPrimary: Bool
        public var isServing: Bool
        public var last: LogPosition
        public var commit: UInt64
        public var applied: UInt64
    }

    public func view(of shard: ShardID, at now: Instant) -> ShardView? {
        guard Int(shard.value) < table.replicas.count else { return nil }
        let replica = table.replicas[Int(shard.value)]
        return ShardView(
            term: replica.storedTerm,
            isPrimary: replica.role == .primary,
            isServing: replica.isServing && replica.isLeased(at: now),
            last: replica.log.last,
            commit: replica.commit,
            applied: replica.applied
        )
    }
}
