import Replication
import Testing
import Topology

/// A log that is written anew says the same as the one it stands in for, wherever it is torn.
@Suite struct CheckpointTests {
    private static let identity = NodeIdentity(
        node: NodeID(2),
        boot: BootID(22),
        copy: CopyID(222)
    )

    private static let map: ClusterMap = {
        let replicas = (1...3).map {
            ReplicaAssignment(
                node: NodeID(UInt16($0)),
                copy: CopyID(UInt64($0) * 111),
                isInSync: true
            )
        }
        return ClusterMap(
            cluster: ClusterID(1),
            epoch: Epoch(1),
            placement: "ring",
            replication: QuorumReplication.name,
            replicaCount: 3,
            election: QuorumReplication().electionRule(replicaCount: 3),
            nodes: [],
            shards: [
                ShardAssignment(
                    term: .first,
                    primary: NodeID(1),
                    primaryBoot: BootID(11),
                    replicas: replicas,
                    version: 1,
                    acceptedLosses: 0
                )
            ]
        )
    }()

    private static func command(_ number: Int) -> Command {
        Command(.set, [Array("key \(number % 4)".utf8), Array("value \(number)".utf8)])
    }

    private func core(recovering records: [LogRecord] = []) -> NodeCore {
        var shard = RecoveredShard(shard: ShardID(0))
        for record in records { shard.replay(record) }
        #expect(!shard.isDamaged)
        var core = NodeCore(
            identity: Self.identity,
            isLogged: true,
            startedAt: Instant(nanoseconds: 1),
            recovered: [shard]
        )
        var effects: [Effect] = []
        core.step(.map(Self.map), at: Instant(nanoseconds: 2), into: &effects)
        return core
    }

    /// A backup with ten entries, six of them committed, and the records that it wanted persisted.
    private func backup() -> (core: NodeCore, log: [LogRecord]) {
        var core = core()
        var effects: [Effect] = []
        let now = Instant(nanoseconds: 3)
        let events: [Event] = [
            .peerConnected(NodeID(1), BootID(11), CopyID(111)),
            .message(
                from: NodeID(1),
                .appends([
                    .init(
                        shard: ShardID(0),
                        term: .first,
                        previous: .start,
                        commit: 6,
                        entries: (1...10).map {
                            LogEntry(term: .first, command: Self.command($0))
                        }
                    )
                ])
            ),
            .persisted(upTo: 100), .flush, .tick,
        ]
        for event in events { core.step(event, at: now, into: &effects) }
        let log = effects.compactMap { effect in
            if case .persist(_, let record) = effect { record } else { nil }
        }
        return (core, log)
    }

    private func last(_ core: NodeCore) -> LogPosition? {
        core.view(of: ShardID(0), at: Instant(nanoseconds: 3))?.last
    }

    private func values(_ core: NodeCore) -> [[UInt8]?] {
        (0..<4).map { number in
            core.state(of: ShardID(0))?.find(Array("key \(number)".utf8)).map { Array($0.value) }
        }
    }

    @Test func `torn after any of its records, a checkpoint takes nothing away`() throws {
        let (core, log) = backup()
        let end = LogPosition(term: .first, index: 10)
        #expect(last(core) == end)
        let checkpoint = core.checkpoint(of: ShardID(0), chunkBytes: 10)
        #expect(checkpoint.count > 8)
        for count in 0...checkpoint.count {
            let recovered = self.core(recovering: log + checkpoint.prefix(count))
            #expect(last(recovered) == end, "torn after \(count) records")
        }
    }

    @Test func `without anything before it, a checkpoint says everything`() throws {
        let (core, log) = backup()
        let checkpoint = core.checkpoint(of: ShardID(0), chunkBytes: 10)
        for dropped in 0...log.count {
            let recovered = self.core(recovering: log.dropFirst(dropped) + checkpoint)
            #expect(last(recovered) == last(core))
            let view = try #require(
                recovered.view(of: ShardID(0), at: Instant(nanoseconds: 3))
            )
            #expect(view.applied == 6)
            #expect(view.term == .first)
            #expect(values(recovered) == values(core))
        }
    }
}
