import Coordination
import Replication
import Topology

/// A cluster under load whose membership changes: writers that own their keys and readers, who follow
/// redirects and note everything else.
final class MembershipRun {
    let cluster: VirtualCluster
    private let keys = 24
    private var issued: [Int: Int] = [:]
    private var floor: [Int: Int] = [:]
    private var isRunning = true
    private(set) var acknowledged = 0
    private(set) var redirects = 0
    /// What a client was told that is neither an answer nor a redirect.
    private(set) var errors: [String] = []
    private(set) var violations: [String] = []

    init(_ options: VirtualCluster.Options) { cluster = VirtualCluster(options) }

    /// Brings the cluster up and the load on.
    func begin() {
        guard cluster.run(atMost: 3_000_000_000, until: { cluster.allServe }) else {
            violations.append("never served: \(cluster.notes.suffix(5))")
            return
        }
        cluster.run(for: 300_000_000)
        for key in 0..<keys {
            write(key)
            read(key)
        }
        cluster.run(for: 200_000_000)
    }

    /// Asks for a change, starting the node that joins with it.
    func change(_ command: AdminCommand) {
        switch cluster.administer(command) {
        case .accepted: break
        case let answer: violations.append("\(command) is answered \(answer.debugDescription)")
        }
        switch command {
        case .add(let node), .replace(_, let node): cluster.start(node.id)
        default: break
        }
    }

    /// Waits until the change is carried out, goes on for a while, and looks at what is there.
    func finish(within limit: UInt64 = 20_000_000_000) {
        if !cluster.run(atMost: limit, until: { cluster.isSettled && cluster.allServe }) {
            violations.append("not settled: \(cluster.notes.suffix(8)) \(shape)")
        }
        cluster.run(for: 500_000_000)
        isRunning = false
        cluster.run(for: 2_500_000_000)
        audit()
    }

    /// Crashes, pauses and cuts off nodes and the coordinator, one at a time and soon healed.
    func strike(times: Int) {
        for _ in 0..<times {
            cluster.run(for: 5_000_000 + draw(150_000_000))
            let victim = NodeID(UInt16(1 + draw(UInt64(cluster.nodes.count))))
            let length = 50_000_000 + draw(900_000_000)
            guard cluster[victim].core != nil else { continue }
            switch draw(6) {
            case 0, 1, 2:
                cluster.crash(victim)
                cluster.run(for: length)
                cluster.start(victim)
            case 3:
                cluster.crashCoordinator()
                cluster.run(for: length)
                cluster.startCoordinator()
            case 4:
                cluster.isolate(victim)
                cluster.run(for: length)
                cluster.cuts = []
            default:
                cluster.pause(victim)
                cluster.run(for: length)
                cluster.resume(victim)
            }
        }
    }

    /// Gives every shard something to copy.
    func fill(bytes: Int) {
        for shard in 0..<cluster.options.shards {
            let id = ShardID(UInt16(shard))
            let value = [UInt8](repeating: 7, count: bytes)
            let command = Command(.set, [Array("ballast-\(shard)".utf8), value])
            cluster.request(
                command,
                shard: id,
                to: cluster.coordinator.map?[id].primary ?? NodeID(1)
            ) {
                [self] outcome in
                if outcome != .reply(.ok) { violations.append("ballast: \(outcome)") }
            }
        }
        cluster.run(for: 500_000_000)
    }

    /// From now on primaries say of every replica that joins that it has everything.
    func plantEarlyConclusion() {
        cluster.onAnnounce = { [cluster] map in
            for index in map.shards.indices where map.shards[index].isMoving {
                let shard = map.shards[index]
                guard let primary = shard.primary, shard.heir == nil else { continue }
                var replicas = shard.replicas.filter { $0.standing != .leaving }
                for place in replicas.indices where replicas[place].standing == .joining {
                    let copy = cluster[replicas[place].node].core?.identity.copy
                    replicas[place] = ReplicaAssignment(
                        node: replicas[place].node,
                        copy: copy ?? .none,
                        isInSync: true
                    )
                }
                let proposal = ShardProposal(
                    shard: ShardID(UInt16(index)),
                    term: shard.term,
                    version: shard.version,
                    change: .replicas(replicas)
                )
                cluster.after(100_000) {
                    cluster.stepCoordinator(.proposal(from: primary, proposal))
                }
            }
        }
    }

    private var shape: String {
        guard let map = cluster.coordinator.map else { return "" }
        return map.shards.map { shard in
            shard.replicas.map { "\($0.node)\($0.standing)\($0.isInSync)" }.joined(separator: ",")
                + " under \(shard.primary?.description ?? "-") heir \(shard.heir?.description ?? "-")"
        }.joined(separator: "; ")
    }

    private func shard(of key: Int) -> ShardID { ShardID(UInt16(key % cluster.options.shards)) }

    private func name(_ key: Int) -> [UInt8] { Array("key-\(key)".utf8) }

    private func draw(_ bound: UInt64) -> UInt64 { cluster.random.next(upperBound: bound) }

    /// Asks the primary, and whom it names instead, until there is another answer than that.
    private func ask(
        _ command: Command,
        of key: Int,
        _ then: @escaping (VirtualCluster.RequestOutcome) -> Void
    ) {
        let shard = shard(of: key)
        let node = cluster.coordinator.map?[shard].primary ?? NodeID(1)
        var isDone = false
        let finish = { [self] (outcome: VirtualCluster.RequestOutcome) in
            guard !isDone else { return }
            isDone = true
            if case .refused(.notPrimary) = outcome {
                redirects += 1
                cluster.after(500_000) { [self] in ask(command, of: key, then) }
            } else {
                cluster.after(50_000) { then(outcome) }
            }
        }
        cluster.request(command, shard: shard, to: node, finish)
        cluster.after(2_000_000_000) { finish(.unknown) }
    }

    private func note(_ outcome: VirtualCluster.RequestOutcome, _ what: String) {
        switch outcome {
        case .reply: break
        case .refused(let refusal): errors.append("\(cluster.now / 1_000_000) \(what): \(refusal)")
        case .unknown: errors.append("\(cluster.now / 1_000_000) \(what): unknown")
        }
    }

    private func write(_ key: Int) {
        guard isRunning else { return }
        let sequence = (issued[key] ?? 0) + 1
        issued[key] = sequence
        ask(Command(.set, [name(key), Array("\(sequence)".utf8)]), of: key) { [self] outcome in
            note(outcome, "write")
            if outcome == .reply(.ok) {
                acknowledged += 1
                floor[key] = max(floor[key] ?? 0, sequence)
            }
            cluster.after(5_000_000 + draw(10_000_000)) { [self] in write(key) }
        }
    }

    private func read(_ key: Int) {
        guard isRunning else { return }
        let known = floor[key] ?? 0
        ask(Command(.get, [name(key)]), of: key) { [self] outcome in
            note(outcome, "read")
            if let seen = Self.number(outcome) {
                if seen < known { violations.append("stale: key \(key) \(seen) < \(known)") }
                if seen > issued[key] ?? 0 { violations.append("garbage: key \(key) \(seen)") }
                floor[key] = max(floor[key] ?? 0, seen)
            }
            cluster.after(8_000_000 + draw(12_000_000)) { [self] in read(key) }
        }
    }

    private static func number(_ outcome: VirtualCluster.RequestOutcome) -> Int? {
        switch outcome {
        case .reply(.value(let record)): Int(String(decoding: record.value, as: UTF8.self))
        case .reply(.null): 0
        default: nil
        }
    }

    private func audit() {
        guard let map = cluster.coordinator.map else { return }
        for key in 0..<keys {
            let replicas = map[shard(of: key)].replicas
            let seen = replicas.map { replica -> Int in
                let state = cluster[replica.node].core?.state(of: shard(of: key))
                let record = state?.find(name(key))
                return record.flatMap { Int(String(decoding: $0.value, as: UTF8.self)) } ?? 0
            }
            if Set(seen).count != 1 { violations.append("key \(key): replicas differ: \(seen)") }
            if let least = seen.min(), least < floor[key] ?? 0 {
                violations.append("key \(key): lost: \(floor[key] ?? 0) known, \(least) there")
            }
        }
        // Whoever was forgotten while it was away knows nothing of it, and serves nobody either.
        for node in cluster.nodes where map.node(node.id) != nil {
            for index in map.shards.indices
            where map.shards[index].replica(node.id) == nil
                && (node.core?.state(of: ShardID(UInt16(index)))?.count ?? 0) > 0
            {
                violations.append("\(node.id) still holds s\(index)")
            }
        }
    }
}
