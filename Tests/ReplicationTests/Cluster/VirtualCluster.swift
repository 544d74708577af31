import Coordination
import Determinism
import Replication
import Topology

/// A whole cluster on virtual time: the same cores as the real one, with links that can be cut, nodes
/// that can crash and a disk that survives them.
final class VirtualCluster {
    struct Options {
        var nodes = 5
        var replicas = 3
        var shards = 4
        var mode: any ReplicationMode = SynchronousReplication()
        /// What a map's mode is looked up among; a test's own modes must be added.
        var modes = replicationModes
        var isLogged = true
        /// Whether nodes write shards anew at the end of their logs and drop the beginning.
        var shortensLogs = false
        /// As many replicas in sync as writes need, instead of the mode's own number.
        var minimumInSync: Int?
        var timing = Timing()
        /// Nodes with a timing of their own: what a wrong clock makes of it.
        var timings: [NodeID: Timing] = [:]
        /// How far nodes' wall clocks are ahead, nanoseconds.
        var wallClocks: [NodeID: UInt64] = [:]
        /// Nodes that are there for an operator to add; their numbers follow the others'.
        var spares = 0
        var placement: any PlacementScheme = RingPlacement()
        var seed: UInt64 = 1
    }

    let options: Options
    private(set) var now: UInt64 = 1_000_000_000
    var random: SeededGenerator
    private var agenda = Agenda()

    private(set) var nodes: [VirtualNode] = []
    var coordinator: CoordinatorCore
    let configuration: CoordinatorConfiguration
    var store: ClusterMap?
    var coordinatorLife = 0
    var coordinatorIsUp = true
    /// Directed pairs that nothing passes; 0 is the coordinator.
    var cuts: Set<Pair> = []
    var lastDelivery: [Pair: UInt64] = [:]
    var connections: [Pair: Int] = [:]
    var connectionCount = 0
    var notes: [String] = []
    var answers: [UInt64: AdminAnswer] = [:]
    /// What the coordinator sees of a map that it announced; for planted bugs.
    var onAnnounce: (ClusterMap) -> Void = { _ in }
    var outcomes: [RequestToken: (RequestOutcome) -> Void] = [:]
    private var tokens: UInt64 = 0
    /// Called for every message that a node wants sent.
    var onSend: (_ from: NodeID, _ to: NodeID, PeerMessage) -> Void = { _, _, _ in }
    /// Called after every step with the node that took it.
    var afterStep: (NodeID) -> Void = { _ in }

    struct Pair: Hashable {
        var from: UInt16
        var to: UInt16
    }

    enum RequestOutcome: Equatable {
        case reply(CommandReply)
        case refused(Refusal)
        case unknown
    }

    final class VirtualNode {
        let id: NodeID
        var core: NodeCore?
        var life = 0
        var disk: [LogRecord] = []
        var unsynced: [(sequence: UInt64, record: LogRecord)] = []
        /// What was dropped from the beginning of the disk, and where each shard's log begins.
        var dropped = 0
        var begins: [Int: Int] = [:]
        var checkpoints: [Checkpoint] = []
        var lastSequence: UInt64 = 0
        var isPaused = false
        /// What is written is never synced.
        var diskHangs = false
        var backlog: [() -> Void] = []
        var tokens: Set<RequestToken> = []

        let shardCount: Int

        init(id: NodeID, shardCount: Int) {
            self.id = id
            self.shardCount = shardCount
        }
    }

    init(_ options: Options) {
        self.options = options
        random = SeededGenerator(seed: Seed(options.seed))
        let ids = (1...options.nodes).map { NodeID(UInt16($0)) }
        var configuration = CoordinatorConfiguration(
            cluster: ClusterID(7),
            nodes: ids.map {
                NodeDescription(
                    id: $0,
                    host: "10.0.0.\($0.value)",
                    port: 6379,
                    peerPort: 16379,
                    boot: .none,
                    copy: .none
                )
            },
            shardCount: options.shards,
            replicaCount: options.replicas,
            placement: options.placement,
            replication: options.mode.configuredName.description,
            election: options.mode.electionRule(replicaCount: options.replicas),
            detector: FixedTimeoutDetector()
        )
        if let count = options.minimumInSync { configuration.election.minimumInSync = count }
        configuration.degradedElection = options.mode.fallback?.mode
            .electionRule(replicaCount: options.replicas)
        self.configuration = configuration
        coordinator = CoordinatorCore(configuration: configuration, map: nil)
        nodes = (1...options.nodes + options.spares).map {
            VirtualNode(id: NodeID(UInt16($0)), shardCount: options.shards)
        }
        for id in ids { start(id) }
        tickCoordinator(life: 0)
    }

    // Time.

    func after(_ delay: UInt64, _ action: @escaping () -> Void) {
        agenda.add(at: now + delay, action)
    }

    func run(for duration: UInt64) {
        let end = now + duration
        while let appointment = agenda.next(before: end) {
            now = max(now, appointment.time)
            appointment.action()
        }
        now = end
    }

    /// Runs until the condition holds; false where it does not within the duration.
    func run(atMost duration: UInt64, until condition: () -> Bool) -> Bool {
        let end = now + duration
        while now < end {
            if condition() { return true }
            run(for: 5_000_000)
        }
        return condition()
    }

    // Nodes.

    subscript(id: NodeID) -> VirtualNode { nodes[Int(id.value) - 1] }

    func start(_ id: NodeID) {
        let node = self[id]
        guard node.core == nil else { return }
        node.life += 1
        node.isPaused = false
        let copy =
            options.isLogged ? UInt64(id.value) : UInt64(id.value) * 1_000 + UInt64(node.life)
        let identity = NodeIdentity(
            node: id,
            boot: BootID(UInt64(id.value) * 1_000 + UInt64(node.life)),
            copy: CopyID(copy)
        )
        var recovered: [RecoveredShard] = (0..<options.shards).map {
            RecoveredShard(shard: ShardID(UInt16($0)))
        }
        for record in node.disk { recovered[Int(record.shard.value)].replay(record) }
        precondition(
            !recovered.contains { $0.isDamaged },
            "a disk without faults cannot be damaged"
        )
        node.core = NodeCore(
            identity: identity,
            isLogged: options.isLogged,
            startedAt: Instant(nanoseconds: now),
            unixLead: options.wallClocks[id] ?? 0,
            recovered: options.isLogged ? recovered : [],
            timing: options.timings[id] ?? options.timing,
            modes: options.modes
        )
        let life = node.life
        tick(id, life: life)
        heartbeat(id, life: life)
        for other in nodes where other.id != id { dial(id, other.id, life: life) }
    }

    /// The process ends; what was given to the kernel stays.
    func crash(_ id: NodeID) {
        let node = self[id]
        guard node.core != nil else { return }
        node.core = nil
        node.life += 1
        node.backlog = []
        // The log writer may have got some of the records to the kernel.
        let written =
            node.unsynced.isEmpty
            ? 0 : Int(random.next(upperBound: UInt64(node.unsynced.count + 1)))
        node.disk += node.unsynced.prefix(written).map(\.record)
        node.unsynced = []
        node.checkpoints = []
        node.lastSequence = 0
        for token in node.tokens.sorted(by: { $0.value < $1.value }) {
            outcomes.removeValue(forKey: token)?(.unknown)
        }
        node.tokens = []
        for other in nodes where other.id != id { disconnect(id, other.id) }
    }

    func pause(_ id: NodeID) { self[id].isPaused = true }

    func resume(_ id: NodeID) {
        let node = self[id]
        node.isPaused = false
        let backlog = node.backlog
        node.backlog = []
        for action in backlog { action() }
    }

    func act(_ id: NodeID, life: Int, _ action: @escaping () -> Void) {
        let node = self[id]
        guard node.life == life else { return }
        if node.isPaused {
            node.backlog.append { [weak self] in self?.act(id, life: life, action) }
        } else {
            action()
        }
    }

    func step(_ id: NodeID, _ event: Event) {
        let node = self[id]
        guard node.core != nil else { return }
        var effects: [Effect] = []
        node.core?.step(event, at: Instant(nanoseconds: now), into: &effects)
        for effect in effects { carryOut(effect, of: node) }
        afterStep(id)
    }

    private func carryOut(_ effect: Effect, of node: VirtualNode) {
        let life = node.life
        let id = node.id
        switch effect {
        case .persist(let sequence, let record):
            node.unsynced.append((sequence, record))
            node.lastSequence = sequence
            after(200_000 + random.next(upperBound: 3_000_000)) { [self] in
                act(id, life: life) { [self] in synced(id, sequence) }
            }
        case .send(let to, let message): send(message, from: id, to: to)
        case .sendRead(let to, let message, let until):
            if now < until.nanoseconds { send(message, from: id, to: to) }
        case .reply(let token, let reply): finish(token, .reply(reply), node)
        case .show(let token, let reply, let until):
            let isLate = now >= until.nanoseconds
            finish(token, isLate ? .refused(.unavailable(.noLease)) : .reply(reply), node)
        case .refuse(let token, let refusal): finish(token, .refused(refusal), node)
        case .abandon(let token): finish(token, .unknown, node)
        case .propose(let proposal):
            guard !cuts.contains(Pair(from: id.value, to: 0)) else { return }
            after(delay()) { [self] in
                stepCoordinator(.proposal(from: id, proposal))
            }
        case .requestFlush:
            after(20_000) { [self] in act(id, life: life) { [self] in step(id, .flush) } }
        case .note(let note): notes.append("\(id): \(note)")
        }
    }

    private func synced(_ id: NodeID, _ sequence: UInt64) {
        let node = self[id]
        let durable = node.unsynced.prefix { $0.sequence <= sequence }
        guard !durable.isEmpty else { return }
        guard !node.diskHangs else {
            let life = node.life
            after(20_000_000) { [self] in act(id, life: life) { [self] in synced(id, sequence) } }
            return
        }
        node.disk += durable.map(\.record)
        node.unsynced.removeFirst(durable.count)
        node.dropBeginning()
        step(id, .persisted(upTo: sequence))
    }

    /// Writes a shard anew; the records are as durable as the one before them, or get torn with it.
    private func shortenLog(of id: NodeID) {
        let node = self[id]
        let shard = random.next(below: options.shards)
        // Before its first map a node holds nothing that it could write anew.
        guard let records = node.core?.checkpoint(of: ShardID(UInt16(shard))), !records.isEmpty
        else { return }
        let begin = node.dropped + node.disk.count + node.unsynced.count
        for record in records { node.unsynced.append((node.lastSequence, record)) }
        node.checkpoints.append(Checkpoint(shard: shard, begin: begin, end: begin + records.count))
    }

    private func finish(_ token: RequestToken, _ outcome: RequestOutcome, _ node: VirtualNode) {
        node.tokens.remove(token)
        outcomes.removeValue(forKey: token)?(outcome)
    }

    func tick(_ id: NodeID, life: Int) {
        guard self[id].life == life else { return }
        act(id, life: life) { [self] in
            step(id, .tick)
            if options.shortensLogs, random.next(below: 20) == 0 { shortenLog(of: id) }
        }
        after(10_000_000 + random.next(upperBound: 2_000_000)) { [weak self] in
            self?.tick(id, life: life)
        }
    }

    func heartbeat(_ id: NodeID, life: Int) {
        let node = self[id]
        guard node.life == life else { return }
        if !node.isPaused, let core = node.core, !cuts.contains(Pair(from: id.value, to: 0)) {
            let status = core.status(at: Instant(nanoseconds: now))
            after(delay()) { [self] in stepCoordinator(.heartbeat(status)) }
        }
        after(40_000_000) { [weak self] in self?.heartbeat(id, life: life) }
    }

    // Clients.

    /// Sends a request to a node, and tells its outcome once.
    func request(
        _ command: Command,
        shard: ShardID,
        to id: NodeID,
        tickets: [WatchTicket] = [],
        isConfirmed: Bool = false,
        _ completion: @escaping (RequestOutcome) -> Void
    ) {
        tokens += 1
        let token = RequestToken(tokens)
        let node = self[id]
        guard node.core != nil else {
            completion(.refused(.unavailable(.noMap)))
            return
        }
        outcomes[token] = completion
        node.tokens.insert(token)
        let event: Event =
            isConfirmed
            ? .confirmedRead(shard, token, command)
            : tickets.isEmpty
                ? .request(shard, token, command) : .guarded(shard, token, command, tickets)
        act(id, life: node.life) { [self] in step(id, event) }
    }

    /// The client gives up waiting.
    func forget(_ token: RequestToken) { outcomes[token] = nil }

    func isServing(_ shard: ShardID) -> Bool {
        nodes.contains { node in
            node.core?.view(of: shard, at: Instant(nanoseconds: now))?.isServing == true
        }
    }

    var allServe: Bool { (0..<options.shards).allSatisfy { isServing(ShardID(UInt16($0))) } }
}

/// A shard's log, written anew.
struct Checkpoint {
    var shard: Int
    var begin: Int
    var end: Int
}

extension VirtualCluster.VirtualNode {
    /// Forgets what no shard's log begins in any more.
    func dropBeginning() {
        for checkpoint in checkpoints where checkpoint.end <= dropped + disk.count {
            begins[checkpoint.shard] = checkpoint.begin
        }
        checkpoints.removeAll { $0.end <= dropped + disk.count }
        guard let first = begins.values.min(), begins.count == shardCount, first > dropped else {
            return
        }
        disk.removeFirst(first - dropped)
        dropped = first
    }
}

extension LogRecord {
    var shard: ShardID {
        switch self {
        case .entry(let shard, _, _), .term(let shard, _), .truncate(let shard, _),
            .commit(let shard, _), .snapshotBegin(let shard, _), .snapshotChunk(let shard, _),
            .snapshotEnd(let shard), .checkpointEnd(let shard):
            shard
        }
    }
}
