import Testing
import Topology

@Suite struct ShardChangeTests {
    private func assignment(_ term: UInt64, inSync: [Bool] = [true, false]) -> ShardAssignment {
        ShardAssignment(
            term: Term(term),
            primary: NodeID(3),
            primaryBoot: BootID(4),
            replicas: inSync.enumerated().map { index, isInSync in
                ReplicaAssignment(
                    node: NodeID(UInt16(index + 3)),
                    copy: CopyID(.max),
                    isInSync: isInSync
                )
            },
            version: 6,
            acceptedLosses: 1
        )
    }

    @Test func `a change survives its line, and no part of one is taken`() {
        let change = ShardChange(
            at: 12,
            epoch: Epoch(5),
            shard: ShardID(9),
            assignment: assignment(7)
        )
        #expect(ShardChange(line: change.line) == change)
        let words = change.line.split(separator: " ")
        for count in 0..<9 {
            #expect(ShardChange(line: words.prefix(count).joined(separator: " ")) == nil)
        }
        #expect(ShardChange(line: change.line.dropLast()) == nil)
        var degraded = change
        degraded.assignment.isDegraded = true
        #expect(ShardChange(line: degraded.line) == degraded)
        #expect(ShardChange(line: degraded.line.dropLast()) == nil)
    }

    @Test func `only what a map changed is noted`() {
        var map = ClusterMap(
            cluster: ClusterID(1),
            epoch: Epoch(1),
            placement: "ring",
            replication: "quorum",
            replicaCount: 2,
            election: ElectionRule(electsFromInSync: true, recoverySetSize: 1, minimumInSync: 2),
            nodes: [],
            shards: [assignment(1), assignment(1), assignment(1)]
        )
        let first = map
        #expect(ShardChange.changes(from: nil, to: first, at: 1).count == 3)
        map.epoch = Epoch(2)
        map.shards[1] = assignment(2)
        let changes = ShardChange.changes(from: first, to: map, at: 8)
        #expect(changes.map(\.shard) == [ShardID(1)])
        #expect(changes.map(\.epoch) == [Epoch(2)])
    }
}
