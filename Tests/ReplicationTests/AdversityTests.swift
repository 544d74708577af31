import Coordination
import Determinism
import Replication
import Testing
import Topology

/// Crashes, cuts and pauses drawn from a seed, against what every mode promises.
@Suite struct AdversityTests {
    /// Modes that promise to lose nothing while enough copies are there.
    private static let safeModes: [any ReplicationMode] = [
        SynchronousReplication(), QuorumReplication(), SemiSynchronousReplication(backups: 1),
        SemiSynchronousReplication(backups: 2), ChainReplication(),
    ]

    @Test(arguments: 0..<120)
    func `a mode that promises it loses no acknowledged write and shows no stale read`(
        seed: Int
    ) throws {
        var options = VirtualCluster.Options()
        options.seed = UInt64(seed)
        options.mode = Self.safeModes[seed % Self.safeModes.count]
        options.isLogged = seed / Self.safeModes.count % 2 == 0
        var adversity = Adversity(options)
        adversity.run()
        let mode = options.mode.configuredName
        #expect(adversity.violations == [], "seed \(seed) \(mode) \(options.isLogged)")
        #expect(adversity.acknowledged > 200, "seed \(seed): a run that does little proves little")
    }

    @Test(arguments: 200..<220)
    func `logs that are written anew lose nothing, wherever a crash tears them`(seed: Int) {
        var options = VirtualCluster.Options()
        options.seed = UInt64(seed)
        options.mode = Self.safeModes[seed % Self.safeModes.count]
        options.shortensLogs = true
        var adversity = Adversity(options)
        adversity.run()
        #expect(adversity.violations == [], "seed \(seed) \(options.mode.configuredName)")
        #expect(adversity.acknowledged > 200, "seed \(seed)")
        #expect(adversity.cluster.nodes.contains { $0.dropped > 0 }, "seed \(seed)")
    }

    @Test(arguments: 100..<140)
    func `asynchronous and degrading modes serve again after every fault, and lose only a suffix`(
        seed: Int
    ) {
        var options = VirtualCluster.Options()
        options.seed = UInt64(seed)
        let degrading = SemiSynchronousReplication(backups: 1 + seed / 2 % 2, degrades: true)
        options.mode = seed % 2 == 0 ? AsynchronousReplication() : degrading
        var adversity = Adversity(options)
        adversity.allowsLoss = true
        adversity.run()
        #expect(adversity.violations == [], "seed \(seed)")
        #expect(adversity.acknowledged > 200, "seed \(seed)")
    }

    @Test func `a primary that acknowledges before it replicates is caught`() {
        let caught = (0..<12).contains { seed in
            var options = VirtualCluster.Options()
            options.seed = UInt64(seed)
            options.mode = EarlyAcknowledgement()
            options.modes = [EarlyAcknowledgement.self]
            var adversity = Adversity(options)
            adversity.run()
            return adversity.violations.contains { $0.contains("lost") || $0.contains("stale") }
        }
        #expect(caught, "the planted bug went unnoticed: these tests could not fail")
    }

    @Test func `and by every kind of client`() {
        var unnoticed: Set = ["counter", "list", "all-list", "compared", "watched"]
        for seed in 0..<40 where !unnoticed.isEmpty {
            var options = VirtualCluster.Options()
            options.seed = UInt64(seed)
            options.mode = EarlyAcknowledgement()
            options.modes = [EarlyAcknowledgement.self]
            var adversity = Adversity(options)
            adversity.run()
            for kind in unnoticed.sorted()
            where adversity.violations.contains(where: { $0.hasPrefix("\(kind)-") }) {
                unnoticed.remove(kind)
            }
        }
        #expect(unnoticed == [], "the planted bug went unnoticed")
    }

    @Test func `what must not be left by a run is told from what may`() {
        let attempts = Attempts(fates: [
            1: .acknowledged, 2: .refused, 3: .unknown, 4: .acknowledged,
        ])
        for good in [[1, 4], [1, 3, 4]] {
            #expect(attempts.problems(elements: good, false) == [], "\(good)")
        }
        for bad in [[1], [1, 2, 4], [1, 1, 4], [4, 1], [1, 3, 3, 4]] {
            #expect(attempts.problems(elements: bad, false) != [], "\(bad)")
        }
        for (count, isGood) in [(1, false), (2, true), (3, true), (4, false)] {
            #expect(attempts.problems(count: count, false).isEmpty == isGood, "\(count)")
        }
        #expect(attempts.problems(elements: [4], true) == [])
        #expect(attempts.problems(elements: [2, 4], true) != [])
    }
}

/// The planted bug: synchronous in everything but the acknowledgement.
struct EarlyAcknowledgement: ReplicationMode {
    static let name = "synchronous"
    static let summary = "planted bug"
    private let honest = SynchronousReplication()

    init() {}
    var usesInSyncSet: Bool { true }
    var acknowledgesUnderLease: Bool { false }
    var prefersHighestLog: Bool { false }
    func minimumInSync(replicaCount: Int) -> Int {
        honest.minimumInSync(replicaCount: replicaCount)
    }
    func recoverySetSize(replicaCount: Int) -> Int { 1 }
    func acknowledgedIndex(
        own: UInt64,
        backups: [ReplicaProgress],
        replicaCount: Int
    ) -> UInt64 { own }
    func leaseStart(backups: [ReplicaProgress], replicaCount: Int) -> Instant? {
        honest.leaseStart(backups: backups, replicaCount: replicaCount)
    }
}

/// One run: writers that own their keys, readers, and a seeded run of faults.
struct Adversity {
    let cluster: VirtualCluster
    let options: VirtualCluster.Options
    var allowsLoss = false
    var violations: [String] { state.violations + (state.mix?.violations ?? []) }
    var acknowledged: Int { state.acknowledged }
    private let state = State()

    final class State {
        var violations: [String] = []
        var acknowledged = 0
        /// Per key: the last acknowledged and the highest seen sequence.
        var floor: [Int: Int] = [:]
        var issued: [Int: Int] = [:]
        var isRunning = true
        var mix: CommandMix?
    }

    static let keys = 12

    init(_ options: VirtualCluster.Options) {
        self.options = options
        cluster = VirtualCluster(options)
    }

    mutating func run() {
        guard cluster.run(atMost: 3_000_000_000, until: { cluster.allServe }) else {
            state.violations.append("never served: \(cluster.notes.suffix(5))")
            return
        }
        for key in 0..<Self.keys {
            write(key)
            read(key)
        }
        let run = self
        let mix = CommandMix(cluster, allowsLoss: allowsLoss) { run.primary(of: Int($0.value)) }
        state.mix = mix
        mix.begin()
        let faults = 6
        for _ in 0..<faults {
            cluster.run(for: 100_000_000 + draw(800_000_000))
            strike()
        }
        cluster.run(for: 500_000_000)
        heal()
        if !cluster.run(atMost: 6_000_000_000, until: { cluster.allServe }) {
            state.violations.append("does not serve after healing: \(cluster.notes.suffix(12))")
        }
        cluster.run(for: 1_500_000_000)
        state.isRunning = false
        mix.stop()
        cluster.run(for: 2_500_000_000)
        audit()
        mix.audit()
    }

    private func draw(_ bound: UInt64) -> UInt64 { cluster.random.next(upperBound: bound) }

    private func shard(of key: Int) -> ShardID { ShardID(UInt16(key % options.shards)) }

    private func primary(of key: Int) -> NodeID {
        let believed = cluster.coordinator.map?[shard(of: key)].primary ?? NodeID(1)
        // Clients do not always know; an old primary must not mislead them.
        if draw(4) == 0 { return NodeID(UInt16(1 + draw(UInt64(options.nodes)))) }
        return believed
    }

    private func name(_ key: Int) -> [UInt8] { Array("key-\(key)".utf8) }

    private func write(_ key: Int) {
        guard state.isRunning else { return }
        let sequence = (state.issued[key] ?? 0) + 1
        state.issued[key] = sequence
        let (cluster, state) = (cluster, state)
        let command = Command(.set, [name(key), Array("\(sequence)".utf8)])
        var isDone = false
        let finish = { (outcome: VirtualCluster.RequestOutcome) in
            guard !isDone else { return }
            isDone = true
            if outcome == .reply(.ok) {
                state.acknowledged += 1
                state.floor[key] = max(state.floor[key] ?? 0, sequence)
            }
            cluster.after(5_000_000 + draw(10_000_000)) { write(key) }
        }
        cluster.request(command, shard: shard(of: key), to: primary(of: key), finish)
        cluster.after(2_000_000_000) { finish(.unknown) }
    }

    private func read(_ key: Int) {
        guard state.isRunning else { return }
        let (cluster, state) = (cluster, state)
        let floor = state.floor[key] ?? 0
        let command = Command(.get, [name(key)])
        let allowsLoss = allowsLoss
        var isDone = false
        cluster.request(command, shard: shard(of: key), to: primary(of: key)) { outcome in
            isDone = true
            let seen: Int?
            switch outcome {
            case .reply(.value(let record)):
                seen = Int(String(decoding: record.value, as: UTF8.self))
            case .reply(.null): seen = 0
            default: seen = nil
            }
            if let seen {
                if seen < floor, !allowsLoss {
                    state.violations.append("stale: key \(key) reads \(seen), \(floor) was known")
                }
                if seen > (state.issued[key] ?? 0) {
                    state.violations.append("garbage: key \(key) reads \(seen)")
                }
                if !allowsLoss { state.floor[key] = max(state.floor[key] ?? 0, seen) }
            }
            cluster.after(8_000_000 + draw(10_000_000)) { read(key) }
        }
        cluster.after(2_500_000_000) { if !isDone { read(key) } }
    }

    /// Under `memory` a crash loses a copy, and a mode promises nothing beyond its redundancy: so only one
    /// at a time, and the next after the set is whole again.
    private func strike() {
        let victim = NodeID(UInt16(1 + draw(UInt64(options.nodes))))
        let length = 100_000_000 + draw(1_500_000_000)
        switch draw(5) {
        case 0, 1:
            if !options.isLogged, !isWhole { return }
            cluster.crash(victim)
            cluster.after(length) { cluster.start(victim) }
        case 2:
            cluster.isolate(victim)
            cluster.after(length) { cluster.cuts = [] }
        case 3:
            cluster.pause(victim)
            cluster.after(length) { cluster.resume(victim) }
        default:
            if draw(2) == 0 {
                cluster.crashCoordinator()
                cluster.after(length) { cluster.startCoordinator() }
            } else {
                let other = UInt16(draw(UInt64(options.nodes + 1)))
                cluster.cuts.insert(.init(from: victim.value, to: other))
                cluster.after(length) { cluster.cuts = [] }
            }
        }
    }

    private var isWhole: Bool {
        guard let map = cluster.coordinator.map else { return false }
        return cluster.nodes.allSatisfy { $0.core != nil && !$0.isPaused }
            && map.shards.allSatisfy { shard in
                shard.replicas.allSatisfy { replica in
                    replica.isInSync && cluster[replica.node].core?.identity.copy == replica.copy
                }
            }
    }

    private func heal() {
        cluster.cuts = []
        cluster.startCoordinator()
        for node in cluster.nodes {
            cluster.resume(node.id)
            cluster.start(node.id)
        }
    }

    private func audit() {
        for key in 0..<Self.keys {
            let bytes = name(key)
            var seen: Set<Int> = []
            for replica in cluster.coordinator.map?[shard(of: key)].replicas ?? [] {
                let state = cluster[replica.node].core?.state(of: shard(of: key))
                let record = state?.find(bytes)
                seen.insert(record.flatMap { Int(String(decoding: $0.value, as: UTF8.self)) } ?? 0)
            }
            let floor = state.floor[key] ?? 0
            if seen.count != 1 {
                state.violations.append(
                    "key \(key): replicas differ after healing: \(seen.sorted())"
                )
            }
            if !allowsLoss, let least = seen.min(), least < floor {
                state.violations.append(
                    "key \(key): \(floor) was acknowledged, \(least) is there: lost"
                )
            }
        }
    }
}
