import Benchmark
import Replication
import Topology

/// The cores of a cluster that hand their messages to each other at once: what replication decides,
/// and nothing of what carries it out.
private struct Cores {
    private var cores: [NodeCore]
    private var now = Instant(nanoseconds: 1_000_000_000)
    private var effects: [Effect] = []
    private var mail: [(to: Int, event: Event)] = []
    private var delivered: [(to: Int, event: Event)] = []
    private var wantsFlush: [Bool]
    private(set) var replies = 0
    private(set) var messages = 0
    private var requests: UInt64 = 0
    private let commands: [Command]

    private static let shardCount = 16

    init(count: Int, mode: any ReplicationMode) {
        let identities = (1...count).map { number in
            NodeIdentity(
                node: NodeID(UInt16(number)),
                boot: BootID(UInt64(number)),
                copy: CopyID(UInt64(number))
            )
        }
        let start = now
        cores = identities.map { NodeCore(identity: $0, isLogged: false, startedAt: start) }
        wantsFlush = Array(repeating: false, count: count)
        commands = (0..<1_024).map { Command(.set, [key($0), Array(repeating: 0x78, count: 100)]) }
        let map = Self.map(of: identities, mode: mode)
        for core in cores.indices {
            for other in identities where other.node != cores[core].identity.node {
                step(core, .peerConnected(other.node, other.boot, other.copy))
            }
            step(core, .map(map))
        }
        settle()
        // Until the primary reigns and holds its leases.
        while replies == 0 {
            pass()
            if requests == 0 { request() }
            settle()
        }
    }

    private static func map(
        of identities: [NodeIdentity],
        mode: any ReplicationMode
    ) -> ClusterMap {
        let assignment = ShardAssignment(
            term: .first,
            primary: identities[0].node,
            primaryBoot: identities[0].boot,
            replicas: identities.map {
                ReplicaAssignment(node: $0.node, copy: $0.copy, isInSync: true)
            },
            version: 1,
            acceptedLosses: 0
        )
        return ClusterMap(
            cluster: ClusterID(1),
            epoch: Epoch(1),
            placement: "ring",
            replication: type(of: mode).name,
            replicaCount: identities.count,
            election: mode.electionRule(replicaCount: identities.count),
            nodes: identities.map {
                NodeDescription(
                    id: $0.node,
                    host: "10.0.0.\($0.node.value)",
                    port: 6379,
                    peerPort: 16379,
                    boot: $0.boot,
                    copy: $0.copy
                )
            },
            shards: Array(repeating: assignment, count: shardCount)
        )
    }

    /// Ten milliseconds later.
    private mutating func pass() {
        now = now.advanced(by: 10_000_000)
        for core in cores.indices { step(core, .tick) }
    }

    private mutating func request() {
        let command = commands[Int(requests % 1_024)]
        let shard = ShardID(UInt16(requests % UInt64(Self.shardCount)))
        requests += 1
        step(0, .request(shard, RequestToken(requests), command))
    }

    private mutating func step(_ core: Int, _ event: Event) {
        cores[core].step(event, at: now, into: &effects)
        for effect in effects {
            switch effect {
            case .send(let node, let message):
                messages += 1
                let sender = cores[core].identity.node
                mail.append((Int(node.value) - 1, .message(from: sender, message)))
            case .reply: replies += 1
            case .requestFlush: wantsFlush[core] = true
            case .refuse(_, let refusal): preconditionFailure("Nothing is refused: \(refusal)")
            case .show: replies += 1
            case .sendRead(let node, let message, _):
                preconditionFailure("Nothing is read: \(message) to \(node)")
            case .persist, .abandon, .propose, .note: break
            }
        }
        effects.removeAll(keepingCapacity: true)
    }

    /// Delivers until nobody has anything to say.
    private mutating func settle() {
        while true {
            for core in cores.indices where wantsFlush[core] {
                wantsFlush[core] = false
                step(core, .flush)
            }
            guard !mail.isEmpty else { return }
            // The two take turns, so that neither is allocated anew.
            swap(&mail, &delivered)
            for number in delivered.indices {
                step(delivered[number].to, delivered[number].event)
            }
            delivered.removeAll(keepingCapacity: true)
        }
    }

    /// A turn of the primary's event loop in which so many clients write; all are answered.
    mutating func write(_ count: Int) {
        let before = replies
        for _ in 0..<count { request() }
        settle()
        precondition(replies == before + count, "Every write is acknowledged.")
        // 40 µs later, so that leases are renewed as often as in a busy cluster.
        now = now.advanced(by: 40_000)
        if requests % 4_096 < UInt64(count) { pass(); settle() }
    }
}

func measureCores() {
    measure(
        "core, one copy, a write",
        allocating: 0...0,
        on: { Cores(count: 1, mode: NoReplication()) }
    ) {
        cores,
        _ in cores.write(1)
    }
    let modes: [any ReplicationMode] = [
        AsynchronousReplication(), SynchronousReplication(), QuorumReplication(),
    ]
    for mode in modes {
        for clients in [1, 16] {
            let name = "core, \(type(of: mode).name), 3 copies, \(clients) writes a turn"
            measure(name, allocating: 0...10_000, on: { Cores(count: 3, mode: mode) }) { cores, _ in
                cores.write(clients)
            }
        }
    }
}
