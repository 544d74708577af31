import Coordination
import Replication
import Testing
import Topology

/// Semi-synchronous replication with one backup, of which it may have to do without.
@Suite struct DegradingTests {
    private let shard = ShardID(0)

    private func serving(degrades: Bool, replicas: Int = 3) -> VirtualCluster {
        var options = VirtualCluster.Options()
        options.mode = SemiSynchronousReplication(backups: 1, degrades: degrades)
        options.nodes = replicas
        options.replicas = replicas
        let cluster = VirtualCluster(options)
        #expect(cluster.run(atMost: 1_000_000_000) { cluster.allServe })
        cluster.run(for: 300_000_000)
        return cluster
    }

    private func assignment(_ cluster: VirtualCluster) throws -> ShardAssignment {
        try #require(cluster.coordinator.map)[shard]
    }

    private func write(
        _ cluster: VirtualCluster,
        _ value: String,
        for duration: UInt64 = 400_000_000
    ) throws -> VirtualCluster.RequestOutcome {
        var result = VirtualCluster.RequestOutcome.unknown
        let primary = try #require(try assignment(cluster).primary)
        let command = Command(.set, [Array("key".utf8), Array(value.utf8)])
        cluster.request(command, shard: shard, to: primary) { result = $0 }
        cluster.run(for: duration)
        return result
    }

    private func backups(_ cluster: VirtualCluster) throws -> [NodeID] {
        let assignment = try assignment(cluster)
        return assignment.replicas.map(\.node).filter { $0 != assignment.primary }
    }

    @Test func `a primary without enough backups degrades by a map change, and returns by another`()
        throws
    {
        let cluster = serving(degrades: true)
        let term = try assignment(cluster).term
        let backups = try backups(cluster)
        for backup in backups { cluster.crash(backup) }
        let begin = cluster.now
        #expect(
            cluster.run(atMost: 600_000_000) {
                cluster.coordinator.map?[shard].isDegraded == true
            }
        )
        #expect(cluster.now - begin >= 200_000_000, "backups that are not silent are waited for")
        #expect(try assignment(cluster).term == term, "nobody else has to reign")
        #expect(try assignment(cluster).inSync.count == 1)
        #expect(try write(cluster, "alone") == .reply(.ok))
        #expect(cluster.notes.contains { $0.contains("it degrades") })

        cluster.start(backups[0])
        #expect(
            cluster.run(atMost: 3_000_000_000) {
                cluster.coordinator.map?[shard].isDegraded == false
            }
        )
        #expect(try write(cluster, "together") == .reply(.ok))
        let copy = cluster[backups[0]].core?.view(of: shard, at: Instant(nanoseconds: cluster.now))
        let own = cluster[try #require(try assignment(cluster).primary)].core?
            .view(of: shard, at: Instant(nanoseconds: cluster.now))
        #expect(copy?.last == own?.last)
    }

    @Test func `one that may not degrade stops`() throws {
        let cluster = serving(degrades: false)
        for backup in try backups(cluster) { cluster.crash(backup) }
        cluster.run(for: 1_000_000_000)
        #expect(try write(cluster, "alone") == .refused(.unavailable(.noLease)))
        #expect(try !assignment(cluster).isDegraded)
    }

    @Test func `others that could keep the promise take over instead of the primary's degrading`()
        throws
    {
        let cluster = serving(degrades: true)
        let old = try #require(try assignment(cluster).primary)
        for backup in try backups(cluster) {
            cluster.cuts.insert(.init(from: old.value, to: backup.value))
            cluster.cuts.insert(.init(from: backup.value, to: old.value))
        }
        cluster.run(for: 1_500_000_000)
        #expect(try assignment(cluster).primary != old)
        #expect(try !assignment(cluster).isDegraded)
        #expect(try write(cluster, "elsewhere") == .reply(.ok))
    }

    @Test func `what was acknowledged before degrading survives the failover after it`() throws {
        let cluster = serving(degrades: true)
        #expect(try write(cluster, "before") == .reply(.ok))
        let old = try #require(try assignment(cluster).primary)
        let backups = try backups(cluster)
        cluster.crash(backups[1])
        cluster.pause(backups[0])
        cluster.run(for: 600_000_000)
        #expect(try assignment(cluster).isDegraded)
        cluster.resume(backups[0])
        cluster.run(for: 150_000_000)
        cluster.crash(old)
        cluster.start(backups[1])
        _ = cluster.run(atMost: 3_000_000_000) { cluster.isServing(shard) }
        guard let reigning = try assignment(cluster).primary, cluster.isServing(shard) else {
            return
        }
        #expect(cluster[reigning].core?.state(of: shard)?.find(Array("key".utf8)) != nil)
    }

    @Test
    func `under load a degraded shard returns, though its backups are always a little behind`()
        throws
    {
        let cluster = serving(degrades: true)
        let backups = try backups(cluster)
        for backup in backups { cluster.crash(backup) }
        cluster.run(for: 500_000_000)
        let primary = try #require(try assignment(cluster).primary)
        var isRunning = true
        func load(_ number: Int) {
            guard isRunning else { return }
            let command = Command(.set, [Array("key".utf8), Array("\(number)".utf8)])
            cluster.request(command, shard: shard, to: primary) { _ in }
            cluster.after(200_000) { load(number + 1) }
        }
        load(0)
        for backup in backups { cluster.start(backup) }
        #expect(
            cluster.run(atMost: 5_000_000_000) {
                cluster.coordinator.map?[shard].isDegraded == false
            }
        )
        isRunning = false
    }
}
