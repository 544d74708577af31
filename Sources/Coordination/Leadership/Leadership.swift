public import Topology

/// One coordinator's part in the leadership of several, as a value: what etcd answers in, requests out.
///
/// Who leads is who made the leader's key, which goes with a lease. Two rules keep two of them apart. The
/// map is only ever replaced by a transaction that fails unless this very reign still stands and nobody
/// touched the map since: whatever a late leader believes, it changes nothing. And a leader acts only
/// for the trusted share of its lease, counted from before it asked for it: it has stopped before
/// anybody else can start.
public struct Leadership: Sendable {
    let configuration: LeadershipConfiguration
    var lease: Lease?
    /// The revision that made the leader's key, while it is this coordinator's.
    var reign: Int64?
    var isLeading = false
    /// The revision of the map that this coordinator went on from or kept last; 0 for none.
    var mapRevision: Int64 = 0
    /// What is to be kept, until its outcome is known.
    var storing: ClusterMap?
    var underWay: Question?
    /// When to look, to campaign or to prolong the lease next.
    var dueAt = Instant.distantPast
    /// Before then nothing is asked: etcd was in trouble a moment ago.
    private var quietUntil = Instant.distantPast
    /// How often it began to act.
    private var turn: UInt64 = 0
    private var isResigning = false
    /// Whether it is about to let go of the leadership, and goes on competing later.
    private var isYielding = false
    /// Until then it does not compete: it led, and no node reached it.
    private(set) var abstainsUntil = Instant.distantPast
    private var isStopped = false
    /// Who leads, as it was last told.
    private var told: String??
    private var isTroubled = false

    struct Lease: Sendable {
        var id: Int64
        var seconds: Int64
        var trustedUntil: Instant
    }

    /// What was asked last.
    struct Question: Sendable {
        var purpose: Purpose
        var askedAt: Instant
    }

    enum Purpose: Sendable, Equatable {
        /// Whether anybody leads.
        case look
        case grant
        case campaign
        case keep
        /// Whether this reign stands; `term` is what the answer to `keep` came with.
        case confirm(keptAt: Instant, term: UInt64)
        case store
        case revoke
    }

    public init(_ configuration: LeadershipConfiguration) { self.configuration = configuration }

    /// Whether nothing is left to do after a resignation.
    public var isOver: Bool { isResigning && underWay == nil && lease == nil }

    public mutating func step(
        _ event: LeadershipEvent,
        at now: Instant,
        into effects: inout [LeadershipEffect]
    ) {
        guard !isStopped else { return }
        if isLeading, now >= trustedUntil {
            suspend("etcd did not prolong its lease in time", &effects)
        }
        switch event {
        case .reply(let reply):
            guard let question = underWay else { break }
            underWay = nil
            isTroubled = false
            take(reply, to: question, at: now, &effects)
        case .silence(let trouble):
            guard let question = underWay else { break }
            underWay = nil
            if question.purpose == .revoke { giveUp() }
            if question.purpose != .store { dueAt = now }
            quietUntil = now.advanced(by: configuration.lookInterval / 2)
            // Once until it answers again; each member would be in trouble in words of its own.
            if !isTroubled { effects.append(.note(trouble)) }
            isTroubled = true
        case .store(let map, let turn): if isLeading, turn == self.turn { storing = map }
        case .resign: isResigning = true
        case .yield(let turn):
            guard isLeading, turn == self.turn else { break }
            isYielding = true
            abstainsUntil = now.advanced(by: configuration.abstention)
        case .sought: abstainsUntil = .distantPast
        case .tick: break
        }
        proceed(at: now, &effects)
    }

    var trustedUntil: Instant { lease?.trustedUntil ?? .distantPast }

    func trust(_ seconds: Int64, from sent: Instant) -> Instant {
        let nanoseconds = UInt64(max(0, seconds)) * 1_000_000_000
        return sent.advanced(by: nanoseconds / 100 * configuration.trustedPercent)
    }

    /// Asks what is due, where nothing is under way.
    private mutating func proceed(at now: Instant, _ effects: inout [LeadershipEffect]) {
        let isLeaving = isResigning || isYielding
        guard underWay == nil, !isStopped, now >= quietUntil || isLeaving else { return }
        if isLeaving {
            if isLeading { suspend(isResigning ? "it ends" : "no node reaches it", &effects) }
            isYielding = false
            if let lease { return ask(.revoke, .revokeLease(lease.id), at: now, &effects) }
            if isResigning { return }
        }
        if isLeading, now < dueAt, let map = storing, let reign {
            return ask(.store, .transaction(storing(map, reign)), at: now, &effects)
        }
        guard now >= dueAt else { return }
        guard let lease else {
            let look = EtcdTransaction(success: [.read(configuration.leaderKey)])
            return ask(.look, .transaction(look), at: now, &effects)
        }
        guard reign != nil else {
            return ask(.campaign, .transaction(campaign(lease)), at: now, &effects)
        }
        ask(.keep, .keepLease(lease.id), at: now, &effects)
    }

    mutating func ask(
        _ purpose: Purpose,
        _ request: EtcdRequest,
        at now: Instant,
        _ effects: inout [LeadershipEffect]
    ) {
        underWay = Question(purpose: purpose, askedAt: now)
        effects.append(.ask(request, within: patience(for: request)))
    }

    /// A map may be large, and who reads one without leading has nothing to lose by waiting.
    private func patience(for request: EtcdRequest) -> UInt64 {
        guard case .transaction(let transaction) = request else { return configuration.patience }
        var (byteCount, readsMap) = (0, false)
        for operation in transaction.success {
            switch operation {
            case .put(_, let value, _): byteCount += value.count
            case .read(let key): readsMap = readsMap || key == configuration.mapKey
            }
        }
        let least = readsMap ? 3 * configuration.patience : configuration.patience
        return least + UInt64(byteCount) * configuration.patiencePerByte
    }

    /// The map's compare-and-swap: on its revision, and on this reign.
    private func storing(_ map: ClusterMap, _ reign: Int64) -> EtcdTransaction {
        EtcdTransaction(
            [
                .created(configuration.leaderKey, at: reign),
                .modified(configuration.mapKey, at: mapRevision),
            ],
            success: [.put(configuration.mapKey, map.encoded(), lease: nil)],
            failure: [.read(configuration.leaderKey), .read(configuration.mapKey)]
        )
    }

    private func campaign(_ lease: Lease) -> EtcdTransaction {
        EtcdTransaction(
            [.created(configuration.leaderKey, at: 0)],
            success: [
                .put(configuration.leaderKey, Array(configuration.address.utf8), lease: lease.id),
                .read(configuration.mapKey),
            ],
            failure: [.read(configuration.leaderKey), .read(configuration.mapKey)]
        )
    }

    /// Stops to act; the reign may still stand, and is taken up again where it does.
    mutating func suspend(_ reason: String, _ effects: inout [LeadershipEffect]) {
        guard isLeading else { return }
        isLeading = false
        storing = nil
        effects.append(.note("leads no more: \(reason)"))
        follow(nil, &effects)
    }

    /// Gives up what is known to be over.
    mutating func lose(_ reason: String, _ effects: inout [LeadershipEffect]) {
        suspend(reason, &effects)
        giveUp()
    }

    mutating func giveUp() {
        lease = nil
        reign = nil
        isYielding = false
    }

    mutating func follow(_ leader: String?, _ effects: inout [LeadershipEffect]) {
        guard told != .some(leader) else { return }
        told = .some(leader)
        effects.append(.follow(leader: leader))
    }

    /// Starts to act, where the lease lasts that long.
    mutating func lead(
        from entry: EtcdEntry?,
        at now: Instant,
        _ effects: inout [LeadershipEffect]
    ) {
        guard let reign, now < trustedUntil else { return }
        var map: ClusterMap?
        if let entry {
            map = ClusterMap(encoded: entry.value)
            guard map != nil else {
                let key = configuration.mapKey
                return stop("what etcd holds at \(key) is no cluster map", &effects)
            }
        }
        mapRevision = entry?.modified ?? 0
        isLeading = true
        storing = nil
        told = nil
        effects.append(.note("leads, since etcd's revision \(reign)"))
        turn += 1
        effects.append(.lead(map, turn: turn, until: trustedUntil))
    }

    mutating func stop(_ reason: String, _ effects: inout [LeadershipEffect]) {
        isStopped = true
        effects.append(.stop(reason))
    }
}
