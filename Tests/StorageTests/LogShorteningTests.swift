import Replication
import Storage
import Testing
import Topology

@Suite struct LogShorteningTests {
    /// A node that stands alone, with one key of 500,000 bytes.
    private func core() throws -> NodeCore {
        var shard = RecoveredShard(shard: ShardID(0))
        let position = LogPosition(term: .first, index: 1)
        let value = [UInt8](repeating: 7, count: 500_000)
        shard.replay(.entry(ShardID(0), position, Command(.set, [[1], value])))
        shard.replay(.commit(ShardID(0), 1))
        let identity = NodeIdentity(node: NodeID(1), boot: BootID(1), copy: CopyID(1))
        var core = NodeCore(
            identity: identity,
            isLogged: true,
            startedAt: Instant(nanoseconds: 1),
            recovered: [shard]
        )
        let replica = ReplicaAssignment(node: NodeID(1), copy: CopyID(1), isInSync: true)
        let map = ClusterMap(
            cluster: ClusterID(1),
            epoch: Epoch(1),
            placement: "ring",
            replication: NoReplication.name,
            replicaCount: 1,
            election: NoReplication().electionRule(replicaCount: 1),
            nodes: [],
            shards: [
                ShardAssignment(
                    term: .none,
                    primary: nil,
                    primaryBoot: BootID(1),
                    replicas: [replica],
                    version: 0,
                    acceptedLosses: 0
                )
            ]
        )
        var effects: [Effect] = []
        core.step(.map(map), at: Instant(nanoseconds: 2), into: &effects)
        return core
    }

    private func queue() -> LogQueue {
        LogQueue(
            header: SegmentHeader(dataID: LogScript.dataID, segment: 9, previousEnd: 0),
            durability: .logEverySecond,
            segmentBytes: 1 << 30
        )
    }

    @Test func `no step writes more than it may, and segments go when the shard is whole`() throws {
        let core = try core()
        var queue = queue()
        var shortening = LogShortening(shardCount: 1, oldest: 1)
        var removable: UInt64?
        var steps = 0
        while removable == nil, steps < 100 {
            let before = queue.pendingBytes
            removable = shortening.step(
                core,
                current: 9,
                liveBytes: 0,
                segmentBytes: 100,
                byteLimit: 70_000,
                append: { queue.append($0) }
            )
            #expect(queue.pendingBytes - before < 72_000)
            steps += 1
        }
        #expect(removable == 9)
        #expect(steps >= 7)
        #expect(queue.pendingBytes > 500_000)
        // Nobody waits for any of it.
        #expect(queue.awaitedBytes == 0)
    }

    @Test func `a log that may stay as long as it is is left alone`() throws {
        let core = try core()
        var queue = queue()
        let before = queue.pendingBytes
        var shortening = LogShortening(shardCount: 1, oldest: 9)
        let removable = shortening.step(
            core,
            current: 9,
            liveBytes: 0,
            segmentBytes: 100,
            byteLimit: 70_000,
            append: { queue.append($0) }
        )
        #expect(removable == nil)
        #expect(queue.pendingBytes == before)
    }
}
