import Coordination
import Replication
import Testing
import Topology

/// One scenario each; times are virtual, so they are exact.
@Suite struct FailoverTests {
    private static let modes: [any ReplicationMode] = [
        SynchronousReplication(), QuorumReplication(), AsynchronousReplication(),
        SemiSynchronousReplication(backups: 1),
        SemiSynchronousReplication(backups: 1, degrades: true), ChainReplication(),
    ]
    private let shard = ShardID(0)

    private func serving(
        _ mode: any ReplicationMode,
        isLogged: Bool = true,
        nodes: Int = 5
    ) -> VirtualCluster {
        var options = VirtualCluster.Options()
        options.mode = mode
        options.isLogged = isLogged
        options.nodes = nodes
        let cluster = VirtualCluster(options)
        #expect(cluster.run(atMost: 1_000_000_000) { cluster.allServe })
        cluster.run(for: 300_000_000)
        return cluster
    }

    private func primary(_ cluster: VirtualCluster) -> NodeID {
        cluster.coordinator.map?[shard].primary ?? NodeID(1)
    }

    private func write(
        _ cluster: VirtualCluster,
        _ value: String = "v",
        to node: NodeID? = nil,
        for duration: UInt64 = 600_000_000
    ) -> VirtualCluster.RequestOutcome {
        var result = VirtualCluster.RequestOutcome.unknown
        let command = Command(.set, [Array("key".utf8), Array(value.utf8)])
        cluster.request(command, shard: shard, to: node ?? primary(cluster)) { result = $0 }
        cluster.run(for: duration)
        return result
    }

    @Test(arguments: modes.indices)
    func `a crashed primary is replaced within 600 milliseconds`(mode: Int) {
        let cluster = serving(Self.modes[mode])
        let old = primary(cluster)
        cluster.crash(old)
        let begin = cluster.now
        #expect(cluster.run(atMost: 600_000_000) { cluster.allServe })
        #expect(primary(cluster) != old)
        #expect(cluster.now - begin >= 200_000_000, "nobody may serve while a lease may be held")
        #expect(write(cluster) == .reply(.ok))
    }

    @Test(arguments: modes.indices)
    func `a primary that only the coordinator cannot hear keeps its reign`(mode: Int) {
        let cluster = serving(Self.modes[mode])
        let reigning = primary(cluster)
        cluster.cuts = [.init(from: reigning.value, to: 0), .init(from: 0, to: reigning.value)]
        cluster.run(for: 3_000_000_000)
        #expect(primary(cluster) == reigning)
        #expect(write(cluster) == .reply(.ok))
    }

    @Test(arguments: modes.indices)
    func `the data path does without the coordinator`(mode: Int) {
        let cluster = serving(Self.modes[mode])
        cluster.crashCoordinator()
        for _ in 0..<20 { #expect(write(cluster, for: 100_000_000) == .reply(.ok)) }
        cluster.startCoordinator()
        cluster.run(for: 1_000_000_000)
        #expect(cluster.coordinator.map?[shard].term == .first, "nothing failed, nothing to change")
    }

    @Test(arguments: modes.indices)
    func `an isolated primary refuses once its lease is over`(mode: Int) {
        let cluster = serving(Self.modes[mode])
        let old = primary(cluster)
        cluster.isolate(old)
        cluster.run(for: 300_000_000)
        let outcome = write(cluster, to: old, for: 400_000_000)
        #expect(outcome == .refused(.unavailable(.noLease)))
        #expect(primary(cluster) != old)
        cluster.cuts = []
        cluster.run(for: 1_000_000_000)
        #expect(write(cluster, to: old) == .refused(.notPrimary))
    }

    @Test(arguments: modes.indices)
    func `a backup with an old map answers the primary that it hears`(mode: Int) {
        let cluster = serving(Self.modes[mode])
        let old = primary(cluster)
        cluster.isolate(old)
        cluster.run(for: 1_000_000_000)
        #expect(write(cluster) == .reply(.ok))
        // Its peers are back before the coordinator is.
        cluster.cuts = [.init(from: old.value, to: 0), .init(from: 0, to: old.value)]
        cluster.run(for: 1_000_000_000)
        cluster.cuts = []
        cluster.run(for: 2_000_000_000)
        #expect(cluster.coordinator.map?[shard].inSync.contains(old) == true)
    }

    @Test func `synchronous writes stop while fewer than two replicas are in sync`() {
        let cluster = serving(SynchronousReplication())
        let reigning = primary(cluster)
        for backup in cluster.coordinator.map?[shard].inSync ?? [] where backup != reigning {
            cluster.crash(backup)
        }
        cluster.run(for: 1_000_000_000)
        #expect(write(cluster) == .refused(.unavailable(.tooFewInSync)))
    }

    @Test(arguments: [true, false])
    func `a node that was away catches up`(isLogged: Bool) {
        let cluster = serving(SynchronousReplication(), isLogged: isLogged)
        let away = cluster.coordinator.map?[shard].inSync.last ?? NodeID(1)
        #expect(write(cluster, "before") == .reply(.ok))
        cluster.crash(away)
        cluster.run(for: 500_000_000)
        #expect(write(cluster, "meanwhile") == .reply(.ok))
        cluster.start(away)
        cluster.run(for: 1_000_000_000)
        let record = cluster[away].core?.state(of: shard)?.find(Array("key".utf8))
        #expect(record.map { String(decoding: $0.value, as: UTF8.self) } == "meanwhile")
        #expect(cluster.coordinator.map?[shard].inSync.contains(away) == true)
    }

    @Test func `memory copies that all restarted serve again, and the loss is recorded`() {
        let cluster = serving(QuorumReplication(), isLogged: false, nodes: 3)
        #expect(write(cluster) == .reply(.ok))
        for node in cluster.nodes { cluster.crash(node.id) }
        cluster.run(for: 100_000_000)
        for node in cluster.nodes { cluster.start(node.id) }
        #expect(cluster.run(atMost: 3_000_000_000) { cluster.allServe })
        #expect(cluster.coordinator.map?[shard].acceptedLosses == 1)
        #expect(write(cluster) == .reply(.ok))
        cluster.run(for: 1_000_000_000)
        #expect(cluster.coordinator.map?[shard].inSync.count == 3)
    }

    @Test func `a memory replica that restarted empty gets no vote`() {
        let cluster = serving(QuorumReplication(), isLogged: false, nodes: 3)
        #expect(write(cluster) == .reply(.ok))
        let old = primary(cluster)
        let others = cluster.nodes.map(\.id).filter { $0 != old }
        // One restarts empty while the only other holder is cut off: nobody may be promoted.
        cluster.isolate(others[0])
        cluster.crash(others[1])
        cluster.crash(old)
        cluster.run(for: 50_000_000)
        cluster.start(others[1])
        cluster.run(for: 3_000_000_000)
        #expect(!cluster.isServing(shard))
        cluster.cuts = []
        cluster.start(old)
        #expect(cluster.run(atMost: 3_000_000_000) { cluster.isServing(shard) })
        let record = cluster[primary(cluster)].core?.state(of: shard)?.find(Array("key".utf8))
        #expect(record != nil, "one complete copy was there all the time")
    }

    @Test func `a coordinator whose store was set back stops`() {
        var effects: [CoordinatorEffect] = []
        let configuration = CoordinatorConfiguration(
            cluster: ClusterID(7),
            nodes: [
                NodeDescription(
                    id: NodeID(1),
                    host: "127.0.0.1",
                    port: 1,
                    peerPort: 2,
                    boot: .none,
                    copy: .none
                )
            ],
            shardCount: 1,
            replicaCount: 1,
            placement: ModuloPlacement(),
            replication: "none",
            election: NoReplication().electionRule(replicaCount: 1),
            detector: FixedTimeoutDetector()
        )
        var core = CoordinatorCore(configuration: configuration, map: nil)
        let status = NodeStatus(
            node: NodeID(1),
            boot: BootID(1),
            copy: CopyID(1),
            cluster: ClusterID(7),
            epoch: Epoch(9)
        )
        core.step(.heartbeat(status), at: Instant(nanoseconds: 5), into: &effects)
        #expect(core.isStopped)
    }
}
