import Coordination
import Testing
import Topology

/// Who is named again only after it let go.
@Suite struct ReleaseTests {
    private func joining(_ cluster: HeardCluster) -> [NodeID] {
        cluster.map.shards[0].replicas.filter { $0.standing == .joining }.map(\.node)
    }

    /// A cluster with one node to spare, and a member whose place it may take.
    private func begin() throws -> (cluster: HeardCluster, spare: NodeID, member: NodeID) {
        let cluster = try HeardCluster(detector: "fixed-timeout", nodes: 4)
        let member = try #require(cluster.map.shards[0].replicas.last).node
        return (cluster, try #require(cluster.spare), member)
    }

    private func accept(_ command: AdminCommand, _ cluster: HeardCluster) throws {
        let answer = try #require(cluster.administer(command))
        guard case .accepted = answer else {
            Issue.record("\(command) is answered \(answer)")
            return
        }
    }

    @Test func `a node that does not know that it was named no more is not named again`() throws {
        let (cluster, spare, member) = try begin()
        cluster.run(1_200, hearing: [1, 2, 3, 4])
        try accept(.drain(member), cluster)
        cluster.run(50, hearing: [1, 2, 3, 4])
        #expect(joining(cluster) == [spare])
        // From here on it learns nothing: not that the move was called off, nor that there is another.
        cluster.known[spare.value] = cluster.map.epoch
        try accept(.cancel, cluster)
        cluster.run(50, hearing: [1, 2, 3, 4])
        #expect(joining(cluster) == [])
        try accept(.drain(member), cluster)
        cluster.run(2_000, hearing: [1, 2, 3, 4])
        #expect(joining(cluster) == [])
        // Nor may the primary count by what it was told before.
        cluster.known[spare.value] = nil
        let primary = try #require(cluster.primary)
        cluster.known[primary.value] = Epoch(8)
        cluster.run(200, hearing: [1, 2, 3, 4])
        #expect(joining(cluster) == [])
        cluster.known[primary.value] = nil
        cluster.run(100, hearing: [1, 2, 3, 4])
        #expect(joining(cluster) == [spare])
    }

    @Test func `what was said before may be on its way for a while`() throws {
        let (cluster, spare, member) = try begin()
        cluster.run(2_000, hearing: [1, 2, 3, 4])
        try accept(.drain(member), cluster)
        cluster.run(50, hearing: [1, 2, 3, 4])
        try accept(.cancel, cluster)
        cluster.run(50, hearing: [1, 2, 3, 4])
        try accept(.drain(member), cluster)
        cluster.run(850, hearing: [1, 2, 3, 4])
        #expect(joining(cluster) == [])
        cluster.run(300, hearing: [1, 2, 3, 4])
        #expect(joining(cluster) == [spare])
    }

    @Test func `of what a map before it took away a new coordinator knows nothing`() throws {
        let (cluster, spare, member) = try begin()
        cluster.known[spare.value] = Epoch(6)
        cluster.run(1_200, hearing: [1, 2, 3, 4])
        try accept(.drain(member), cluster)
        cluster.run(500, hearing: [1, 2, 3, 4])
        #expect(joining(cluster) == [])
        cluster.known[spare.value] = Epoch(7)
        cluster.run(100, hearing: [1, 2, 3, 4])
        #expect(joining(cluster) == [spare])
    }
}
