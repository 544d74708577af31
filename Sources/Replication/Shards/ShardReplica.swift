import Topology

/// One node's replica of one shard: its log, its state, and the role it plays.
///
/// `state` holds committed entries only; what waits to be committed stands in the log alone, so nothing
/// ever has to be undone.
struct ShardReplica {
    let shard: ShardID
    /// The highest term this replica stored: it refuses lower ones.
    var storedTerm = Term.none
    /// The highest term that is stored durably.
    var durableTerm = Term.none
    var log = ShardLog()
    /// Everything up to this index is as durable as the node promises.
    var durable: UInt64 = 0
    var commit: UInt64 = 0
    var applied: UInt64 = 0
    var state = KeyValueState()
    /// The ends of keys, as a primary sees to them.
    var endings = Endings()
    var role = Role.none
    var assignment: ShardAssignment? {
        didSet { isDegraded = assignment?.isDegraded == true }
    }
    /// As the assignment says; asked for at every step.
    private(set) var isDegraded = false
    /// The commit index that the log says.
    var loggedCommit: UInt64 = 0

    // As a backup.
    /// The prefix of the log that is known to be the primary's of this term.
    var verified = (term: Term.none, index: UInt64(0))
    /// The primary that this came from; the map may still name an older one.
    var verifiedBy: NodeID?
    /// The last answer to who spoke in a term, as long as the link to it stands.
    var told: (to: NodeID, term: Term, has: UInt64, holds: UInt64)?
    var grants: [Grant] = []
    var freshness = Freshness()
    /// The last poll that claimed a lease.
    var vouchedAt: Instant?
    var incoming: IncomingCopy?
    /// How often another's copy began to take the place of what is here.
    var copiesBegun: UInt64 = 0
    /// Who waits for this replica's report, once the term it asked for is durable.
    var reportsTo: (node: NodeID, term: Term)?

    /// Its place in the chain of the stored term; nil where there is none, or the map of that term has
    /// not come.
    var chain: ChainPlace?

    // As a primary, a new one or a link of a chain; kept beside the role so that changing one never copies them.
    var progress: [ReplicaProgress] = []
    var recovery: Recovery?
    /// The first index of this primary's term: nothing is committed before an entry of it is.
    var termStart: UInt64 = 0
    /// Nil where the primary needs no lease.
    var leaseUntil: Instant? = Instant.distantPast
    var leaselessSince: Instant?
    var stuck: (commit: UInt64, since: Instant) = (0, .distantPast)
    var pending = PendingReplies()
    var waiting: [WaitingRequest] = []
    /// Reads that a chain's tail was asked to answer.
    var forwarded = ForwardedReads()
    var confirming = ConfirmingReads()
    var proposal: (proposal: ShardProposal, sentAt: Instant)?
    /// When the last change was proposed: what was refused is not asked for again at once.
    var proposedAt = Instant.distantPast
    /// How long to wait before the next proposal: longer after each that was turned down.
    var proposalPause: UInt64 = 0
    var isDirty = false
    /// Since when enough backups keep up for a degraded shard to return.
    var abreastSince: Instant?
    /// Since when a degraded shard obeys its own mode's rule again, to return to it.
    var returningSince: Instant?
    var retirement: Retirement?
    /// Answers to polls that were sent until then grant nothing any more.
    var leaseFloor = Instant.distantPast

    init(shard: ShardID) { self.shard = shard }

    enum Role {
        /// The map names this node nowhere.
        case none
        case backup
        /// Named as the primary, reading the recovery set.
        case recovering
        case primary
    }

    struct WaitingRequest {
        var request: Request
        var deadline: Instant
    }

    /// A full copy on its way in.
    struct IncomingCopy {
        var from: NodeID
        var term: Term
        var position: LogPosition
        var nextNumber: UInt32 = 0
        /// When the last chunk was taken, on the attentive clock.
        var takenAt = Instant.distantPast
        var decoding = StateDecoding()
    }

    /// What a new primary has gathered.
    struct Recovery {
        var startedAt: Instant
        var askedAt: Instant
        var reports: [Report] = []
        /// Processes that hold no copy any more, and read no more either.
        var released: [GrantHolder] = []

        /// The tail of the chain to be, which asked for its lease under the new term.
        var tail: GrantHolder?

        struct Report {
            var node: NodeID
            var end: LogPosition
            var boot: BootID
            /// What it granted, on this node's clock.
            var grants: [Grant]
        }
    }

    var isPrimary: Bool { role == .primary }

    /// Whether a primary has committed an entry of its own term.
    var isServing: Bool { role == .primary && commit >= termStart }

    /// Whether a primary answers reads itself, and not a chain's tail.
    var readsHere: Bool { chain == nil || chain?.successor == nil }

    func isLeased(at now: Instant) -> Bool {
        guard let leaseUntil else { return true }
        return now < leaseUntil
    }

    @inline(__always)
    func hasEnoughInSync(_ context: NodeContext) -> Bool {
        let election = rule(context).election
        guard election.electsFromInSync, let assignment else { return true }
        return assignment.replicas.count { $0.isInSync } >= election.minimumInSync
    }

    /// Applies what is committed and answers those who wait for it.
    mutating func applyCommitted(_ context: inout NodeContext, _ effects: inout [Effect]) {
        while applied < commit, applied < log.lastIndex {
            applied += 1
            let reply = state.apply(log[applied].command)
            if let (token, byteCount) = pending.take(at: applied) {
                context.heldBytes -= byteCount
                effects.append(.reply(token, reply))
            }
        }
        if !endings.underWay.isEmpty { dropApplied() }
        freshness.note(applied: applied)
        // Looked at here, as a call is given a copy of the context.
        let isOverCount = log.count > 2 * context.timing.retainedEntries
        let isOverBytes = log.byteCount > 2 * context.timing.retainedBytes
        if isOverCount || isOverBytes { trimLog(context) }
    }

    /// Has the processor fetch what the next entry to be applied needs.
    ///
    /// Mutating, as the replica would be copied otherwise.
    mutating func fetch(_ what: KeyValueState.Fetched) {
        guard applied < log.lastIndex else { return }
        let command = log[applied + 1].command
        // The first argument mostly is a key; in a transaction it is a whole command.
        guard command.argumentCount > 0, !command.isTransaction else { return }
        let range = command.range(of: 0)
        guard range.count <= KeyValueState.fetchedKeyLimit else { return }
        unsafe command.bytes.withUnsafeBytes { bytes in
            unsafe state.fetch(what, of: UnsafeRawBufferPointer(rebasing: bytes[range]))
        }
    }

    private mutating func trimLog(_ context: NodeContext) {
        // A copy is followed by the log from where it stands, on its way and once it is there.
        if let followed = progress.compactMap({ $0.followedFrom }).min(),
            log.byteCount < context.timing.retainedCopyBytes
        {
            log.trim(upTo: min(applied, followed, neededIndex(context)))
            return
        }
        var keep = min(UInt64(log.count), UInt64(context.timing.retainedEntries))
        if log.byteCount > 2 * context.timing.retainedBytes {
            keep = min(keep, UInt64(log.count) / 2)
        }
        log.trim(upTo: min(applied, log.lastIndex - keep, neededIndex(context)))
    }

    /// The last index that no linked backup will ask for.
    ///
    /// Otherwise a backup that catches up under load would be sent one full copy after the other. But
    /// what is kept for it stays shorter than the copy would be.
    private func neededIndex(_ context: NodeContext) -> UInt64 {
        guard feeds, log.byteCount < 2 * context.timing.retainedBytes + state.byteCount
        else { return .max }
        var needed = UInt64.max
        for backup in progress where backup.isFed && backup.linkedCopy != nil {
            switch backup.flow {
            case .streaming: needed = min(needed, backup.match)
            case .copying: needed = min(needed, backup.copying?.position.index ?? .max)
            case .probing: break
            }
        }
        return needed
    }

    /// Stores a term and refuses lower ones from now on.
    mutating func store(
        term: Term,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        guard term > storedTerm else { return }
        storedTerm = term
        context.persist(.term(shard, term), &effects)
        if context.isLogged {
            context.expect(.term(term), of: shard)
        } else {
            durableTerm = term
        }
        if role == .backup { findPlace(&context, &effects) }
    }

    /// Gives the reign up: nothing it appended has an outcome, nothing it held back was carried out.
    mutating func stepDown(_ context: inout NodeContext, _ effects: inout [Effect]) {
        for (token, byteCount) in pending.takeAll() {
            context.heldBytes -= byteCount
            effects.append(.abandon(token))
        }
        takeBackForwarded(&context)
        takeBackConfirming()
        for held in waiting {
            context.heldBytes -= held.request.byteCount
            effects.append(.refuse(held.request.token, .notPrimary))
        }
        waiting = []
        rest(&context)
        role = assignment?.replica(context.identity.node) == nil ? .none : .backup
    }

    /// Forgets what belongs to one reign; who waits, waits on.
    mutating func rest(_ context: inout NodeContext) {
        state.watched = WatchedKeys()
        restEndings()
        dropProgress(&context)
        chain = nil
        recovery = nil
        proposal = nil
        retirement = nil
        leaseUntil = .distantPast
        leaselessSince = nil
        returningSince = nil
    }

    mutating func dropProgress(_ context: inout NodeContext) {
        for index in progress.indices { giveUpCopy(to: index, &context) }
        progress = []
    }

    /// Something this shard waited for reached the log.
    mutating func becameDurable(
        _ what: NodeContext.Awaited.What,
        at now: Instant,
        _ context: inout NodeContext,
        _ effects: inout [Effect]
    ) {
        switch what {
        case .entry(let position):
            guard log.term(at: position.index) == position.term, position.index > durable else {
                return
            }
            durable = position.index
            if isPrimary {
                advanceCommit(at: now, &context, &effects)
            } else {
                answerPrimary(&context, &effects)
            }
        case .term(let term):
            durableTerm = max(durableTerm, term)
            if role == .recovering { report(at: now, &context, &effects) }
            if role == .backup || role == .none { sendReport(at: now, &context, &effects) }
        case .chunk(let answer, let isLast, let from):
            keptChunk(answer, isLast: isLast, from: from, &effects)
        }
    }
}

/// What a client asks of one shard.
struct Request {
    var token: RequestToken
    var command: Command
    /// What must not have changed; empty but for transactions of clients that watch keys.
    var tickets: [WatchTicket] = []
    /// Whether a read rests on confirmations sent after it came, in place of a lease.
    var isConfirmed = false

    var byteCount: Int { command.bytes.count }
}
