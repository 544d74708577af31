public import Topology

/// A node's name and its present life.
public struct NodeIdentity: Sendable, Equatable {
    public let node: NodeID
    public let boot: BootID
    public let copy: CopyID

    public init(node: NodeID, boot: BootID, copy: CopyID) {
        self.node = node
        self.boot = boot
        self.copy = copy
    }
}

/// What all shards of a node share: its peers, what waits to be durable, what is to be sent.
struct NodeContext {
    let identity: NodeIdentity
    let startedAt: Instant
    /// Whether there is a log; under `memory` a replica has what is in memory.
    let isLogged: Bool
    let timing: Timing
    /// Of shards that are not degraded.
    var rule = Rule(mode: NoReplication(), replicaCount: 1)
    /// Of those that are.
    var degradedRule: Rule?
    var replicaCount = 1
    var links: [Link] = []
    /// Shards with entries to send.
    var dirty: [Int] = []
    /// Shards with reads that wait for a round of confirmations which has not begun.
    var confirming: [Int] = []
    /// When the last poll was sent; no two are sent at the same time.
    private(set) var lastPollSentAt = Instant.distantPast
    private(set) var isFlushRequested = false
    /// Whether something other than entries waits for the flush.
    private(set) var isFlushUrgent = false
    /// A shard came to need a lease: poll at once.
    var pollsSoon = false
    var isStopping = false
    var copiesUnderWay = 0
    /// How far the Unix epoch's time was ahead of this node's clock when the process started,
    /// nanoseconds: what the wall clock does later is of no account.
    let unixLead: UInt64
    /// How many keys of one shard a tick may end.
    var endLimit = 0
    /// Bytes of clients' requests that wait: for a lease, or to be committed.
    var heldBytes = 0
    /// The most that copies to joining replicas may take, bytes per second; 0 for no limit.
    var moveRate: UInt64 = 0
    /// Bytes of copies and entries that were sent to replicas that join.
    private(set) var movedBytes: UInt64 = 0
    /// Up to when what was sent to them uses the rate that is allowed.
    var movesPacedTo = Instant.distantPast

    /// The time that this node spent not late itself: silence of others is measured on it.
    private(set) var attentive = Instant.distantPast
    private var lastTick: Instant?
    private var tickCount: UInt16 = 0

    private(set) var lastSequence: UInt64 = 0
    private var awaiting: [Awaited] = []
    private var awaitingStart = 0

    init(
        identity: NodeIdentity,
        startedAt: Instant,
        unixLead: UInt64,
        isLogged: Bool,
        timing: Timing
    ) {
        self.identity = identity
        self.unixLead = unixLead
        self.startedAt = startedAt
        self.isLogged = isLogged
        self.timing = timing
        attentive = Instant(nanoseconds: timing.lease + 1)
    }

    /// What a shard's mode asks of its primary; one pointer, as it is asked for at every step.
    final class Rule: Sendable {
        let mode: any ReplicationMode
        let election: ElectionRule

        init(mode: any ReplicationMode, replicaCount: Int, election: ElectionRule? = nil) {
            self.mode = mode
            self.election = election ?? mode.electionRule(replicaCount: replicaCount)
        }
    }

    @inline(__always)
    func rule(isDegraded: Bool) -> Rule { isDegraded ? degradedRule ?? rule : rule }

    /// Takes a map's mode over, with the election rules that the map holds.
    mutating func adopt(_ mode: any ReplicationMode, of map: ClusterMap) {
        replicaCount = map.replicaCount
        rule = Rule(mode: mode, replicaCount: replicaCount, election: map.election)
        degradedRule = mode.fallback.map {
            Rule(mode: $0.mode, replicaCount: replicaCount, election: map.degradedElection)
        }
    }

    struct Link {
        let node: NodeID
        let boot: BootID
        let copy: CopyID
        /// Nothing more should be sent before what waits has gone.
        var isCongested = false
        /// When its last answer to a poll was sent, by its own clock.
        var heardFrom = Instant.distantPast
        var appends: [PeerMessage.Append] = []
        var appendBytes = 0
        /// Bytes of entries and answers handed out since the flush began.
        var flushedBytes = 0
        /// Reads of a head, to which too much has been handed to answer them at once.
        var reads: [PeerMessage.Read] = []
        /// What was cut short, in the order in which it goes on.
        var turns: [Turn] = []
        var answers: [PeerMessage.AppendAnswer] = []
        var requests: [PeerMessage.RecoverRequest] = []
        var reports: [PeerMessage.RecoverAnswer] = []
        /// When it last answered a poll, on the attentive clock.
        var heard: Instant
    }

    /// What waits until a peer may be handed more.
    ///
    /// Without an order of their own, shards that lack much would be handed all there is, and others
    /// nothing for as long.
    enum Turn: Equatable {
        case entries(ShardID)
        case reads
    }

    /// Something that waits for the log.
    struct Awaited {
        var sequence: UInt64
        var shard: ShardID
        var what: What

        enum What {
            case entry(LogPosition)
            case term(Term)
            /// A piece of a copy, which is answered then: the disk sets the pace of the sender.
            case chunk(PeerMessage.SnapshotAnswer, isLast: Bool, from: NodeID)
        }
    }

    /// What this node takes for the time since the Unix epoch, nanoseconds.
    func unixTime(at now: Instant) -> UInt64 { now.nanoseconds &+ unixLead }

    /// The sending time of a poll: later than every earlier one's.
    mutating func notePoll(at now: Instant) -> Instant {
        lastPollSentAt = max(now, lastPollSentAt.advanced(by: 1))
        return lastPollSentAt
    }

    /// Whether another request of so many bytes may wait.
    func mayHold(_ byteCount: Int) -> Bool { heldBytes + byteCount <= timing.heldByteLimit }

    /// The copy behind the link to a node.
    func linkedCopy(of node: NodeID) -> CopyID? { link(to: node).map { links[$0].copy } }

    mutating func countMoved(_ byteCount: Int) {
        movedBytes += UInt64(byteCount)
        guard moveRate > 0 else { return }
        let nanoseconds = UInt64(byteCount) * 1_000_000_000 / moveRate
        movesPacedTo = movesPacedTo.advanced(by: nanoseconds)
    }

    /// Where the link to a node stands.
    @inline(__always)
    func link(to node: NodeID) -> Int? {
        for link in links.indices where links[link].node == node { return link }
        return nil
    }

    /// - Parameter isUrgent: false where only entries are to be sent, which may wait for the log.
    mutating func requestFlush(isUrgent: Bool = true, _ effects: inout [Effect]) {
        if isUrgent { isFlushUrgent = true }
        guard !isFlushRequested else { return }
        isFlushRequested = true
        effects.append(.requestFlush)
    }

    mutating func beginFlush() {
        isFlushRequested = false
        isFlushUrgent = false
        for link in links.indices { links[link].flushedBytes = 0 }
    }

    /// Whether a peer may be handed more in this flush.
    func mayHand(to link: Int) -> Bool { links[link].flushedBytes < timing.flushByteLimit }

    /// Has something wait behind all that waits for a peer already.
    mutating func wait(for turn: Turn, of link: Int) {
        if !links[link].turns.contains(turn) { links[link].turns.append(turn) }
    }

    /// Notes an answer that a peer is handed at once.
    mutating func countHanded(_ byteCount: Int, to node: NodeID) {
        if let link = link(to: node) { links[link].flushedBytes += byteCount }
    }

    mutating func persist(_ record: LogRecord, _ effects: inout [Effect]) {
        guard isLogged else { return }
        lastSequence += 1
        effects.append(.persist(sequence: lastSequence, record))
    }

    /// Notes what waits for the record persisted last.
    mutating func expect(_ what: Awaited.What, of shard: ShardID) {
        awaiting.append(Awaited(sequence: lastSequence, shard: shard, what: what))
    }

    /// The next thing that is durable now.
    mutating func takeDurable(upTo sequence: UInt64) -> Awaited? {
        guard awaitingStart < awaiting.count, awaiting[awaitingStart].sequence <= sequence else {
            if awaitingStart == awaiting.count {
                awaiting.removeAll(keepingCapacity: true)
                awaitingStart = 0
            } else if awaitingStart > 4_096 {
                awaiting.removeFirst(awaitingStart)
                awaitingStart = 0
            }
            return nil
        }
        defer { awaitingStart += 1 }
        return awaiting[awaitingStart]
    }

    /// Counts the time since the last tick, less what the tick was late.
    mutating func tick(at now: Instant) {
        let passed = lastTick.map { now.since($0) } ?? 0
        attentive = attentive.advanced(by: min(passed, 2 * timing.tick))
        lastTick = now
        tickCount &+= 1
    }

    /// Whether this tick is the one of eight in which a shard marks in the log what is committed: the
    /// mark saves a restart some work, and a busy log has as many marks as entries otherwise.
    func marksCommit(of shard: ShardID) -> Bool { (tickCount ^ shard.value) & 7 == 0 }

    /// Adds an append to what a peer is sent when the turn ends.
    mutating func send(
        _ append: PeerMessage.Append,
        to node: NodeID,
        _ effects: inout [Effect]
    ) {
        guard let link = link(to: node) else { return }
        links[link].appends.append(append)
        var byteCount = 0
        for entry in append.entries { byteCount += entry.command.bytes.count }
        links[link].appendBytes += byteCount
        links[link].flushedBytes += byteCount
        if links[link].appendBytes >= timing.batchByteLimit { sendAppends(link, &effects) }
    }

    mutating func sendAppends(_ link: Int, _ effects: inout [Effect]) {
        guard !links[link].appends.isEmpty else { return }
        effects.append(.send(to: links[link].node, .appends(links[link].appends)))
        links[link].appends.removeAll(keepingCapacity: true)
        links[link].appendBytes = 0
    }

    mutating func answer(
        _ outcome: PeerMessage.AppendAnswer.Outcome,
        shard: ShardID,
        term: Term,
        to node: NodeID,
        _ effects: inout [Effect]
    ) {
        guard let link = link(to: node) else { return }
        if case .has = outcome, let last = links[link].answers.last, last.shard == shard,
            last.term == term, case .has = last.outcome
        {
            links[link].answers.removeLast()
        }
        links[link].answers.append(.init(shard: shard, term: term, outcome: outcome))
        requestFlush(&effects)
    }
}
