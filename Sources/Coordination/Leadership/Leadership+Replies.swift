import Topology

/// What etcd's answers mean.
extension Leadership {
    mutating func take(
        _ reply: EtcdReply,
        to question: Question,
        at now: Instant,
        _ effects: inout [LeadershipEffect]
    ) {
        switch (question.purpose, reply.result) {
        case (.revoke, _):
            giveUp()
            dueAt = now.advanced(by: configuration.lookInterval)
        case (_, .leaseMissing), (.keep, .kept(seconds: 0)):
            lose("its lease is over", &effects)
            dueAt = now
        case (_, .tooLarge):
            stop("etcd takes no map as large as this one: let it take larger requests", &effects)
        case (.look, .transaction(_, let entries)):
            looked(entries.first ?? nil, at: now, &effects)
        case (.grant, .granted(let id, let seconds)):
            let until = trust(seconds, from: question.askedAt)
            lease = Lease(id: id, seconds: seconds, trustedUntil: until)
            dueAt = now
        case (.campaign, .transaction(let isElected, let entries)):
            campaigned(isElected, entries, reply.revision, at: now, &effects)
        case (.keep, .kept):
            let purpose = Purpose.confirm(keptAt: question.askedAt, term: reply.term)
            // Who acts already needs no map; whoever takes its reign up again does.
            let map: [EtcdTransaction.Operation] =
                isLeading ? [] : [.read(configuration.mapKey)]
            let reads = [.read(configuration.leaderKey)] + map
            ask(purpose, .transaction(EtcdTransaction(success: reads)), at: now, &effects)
        case (.confirm(let keptAt, let term), .transaction(_, let entries)):
            confirmed(entries, keptAt, isSameTerm: reply.term == term, at: now, &effects)
        case (.store, .transaction(let isStored, let entries)):
            stored(isStored, entries, reply.revision, at: now, &effects)
        case (_, _):
            dueAt = now.advanced(by: configuration.lookInterval)
            effects.append(.note("etcd answers something else than it was asked"))
        }
    }

    private mutating func looked(
        _ leader: EtcdEntry?,
        at now: Instant,
        _ effects: inout [LeadershipEffect]
    ) {
        guard let leader else {
            guard now >= abstainsUntil else {
                dueAt = now.advanced(by: configuration.lookInterval)
                return follow(nil, &effects)
            }
            return ask(
                .grant,
                .grantLease(seconds: configuration.leaseSeconds),
                at: now,
                &effects
            )
        }
        dueAt = now.advanced(by: configuration.lookInterval)
        follow(String(decoding: leader.value, as: UTF8.self), &effects)
    }

    private mutating func campaigned(
        _ isElected: Bool,
        _ entries: [EtcdEntry?],
        _ revision: Int64,
        at now: Instant,
        _ effects: inout [LeadershipEffect]
    ) {
        if isElected {
            reign = revision
            return takeOver(entries.first ?? nil, at: now, &effects)
        }
        guard let leader = entries.first ?? nil else {
            dueAt = now
            return
        }
        if leader.lease == lease?.id {
            // An earlier campaign, of which nothing was heard, was won.
            reign = leader.created
            return takeOver(entries.last ?? nil, at: now, &effects)
        }
        // The lease was for nothing, and ends by itself.
        lose("another leads", &effects)
        dueAt = now.advanced(by: configuration.lookInterval)
        follow(String(decoding: leader.value, as: UTF8.self), &effects)
    }

    private mutating func takeOver(
        _ map: EtcdEntry?,
        at now: Instant,
        _ effects: inout [LeadershipEffect]
    ) {
        lead(from: map, at: now, &effects)
        dueAt = isLeading ? now.advanced(by: configuration.renewalInterval) : now
    }

    /// The lease was prolonged, if the same leader of etcd reigned before that and after what was read.
    ///
    /// A leader of etcd that was deposed and does not know it yet may answer `keep` as well, though its
    /// successor knows nothing of it. What is read has gone through a majority: had there been a
    /// successor by then, it would show in the term.
    private mutating func confirmed(
        _ entries: [EtcdEntry?],
        _ keptAt: Instant,
        isSameTerm: Bool,
        at now: Instant,
        _ effects: inout [LeadershipEffect]
    ) {
        guard let leader = entries.first ?? nil, leader.created == reign else {
            lose("another leads", &effects)
            dueAt = now
            return
        }
        guard isSameTerm, var lease else {
            dueAt = now
            return
        }
        dueAt = keptAt.advanced(by: configuration.renewalInterval)
        lease.trustedUntil = max(lease.trustedUntil, trust(lease.seconds, from: keptAt))
        self.lease = lease
        if isLeading {
            effects.append(.prolong(until: lease.trustedUntil))
        } else if entries.count > 1 {
            lead(from: entries[1], at: now, &effects)
        } else {
            dueAt = now
        }
    }

    private mutating func stored(
        _ isStored: Bool,
        _ entries: [EtcdEntry?],
        _ revision: Int64,
        at now: Instant,
        _ effects: inout [LeadershipEffect]
    ) {
        // Meanwhile it may have stopped to act: then it reads the map again before it acts again.
        guard isLeading, let map = storing else { return }
        if isStored {
            mapRevision = revision
            storing = nil
            return effects.append(.stored(map.epoch))
        }
        guard let leader = entries.first ?? nil, leader.created == reign else {
            dueAt = now
            return lose("another leads", &effects)
        }
        let found = entries.count > 1 ? entries[1] : nil
        if let found, found.value == map.encoded() {
            // An earlier attempt, of which nothing was heard, was carried out.
            mapRevision = found.modified
            storing = nil
            return effects.append(.stored(map.epoch))
        }
        // An attempt from before it stopped for a while came late, or an operator's hand was there.
        suspend("the map in etcd is another than it knew", &effects)
        lead(from: found, at: now, &effects)
    }
}
