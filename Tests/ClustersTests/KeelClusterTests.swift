import Clusters
import Determinism
import Faults
import Glibc
import Testing
import Topology

extension InsideEnclosure {
    /// The store itself on namespaces.
    @Suite struct KeelClusterTests {
        @Test func `three nodes take a write soon after their launch`() async throws {
            var times: [Duration] = []
            for _ in 0..<3 {
                let start = ContinuousClock.now
                try await withKeel { cluster in
                    await becomesTrue("a write is acknowledged") { write(cluster, "key") != nil }
                    times.append(ContinuousClock.now - start)
                }
            }
            print("launch to first acknowledged write: \(times.sorted())")
            #expect(times.min() ?? .seconds(60) < .seconds(5))
        }

        @Test func `the primary that a fault names is the one that takes the key`() async throws {
            try await withKeel { cluster in
                await becomesTrue("a write is acknowledged") { write(cluster, "key") != nil }
                let holder = try #require(write(cluster, "key"))
                let slot = KeySlot.slot(of: "key")
                var generator = SeededGenerator(seed: Seed(1))
                let view = cluster.view { $0.contains(slot) ? 1 : 0 }
                let victim = FaultTarget.primary.resolved(in: view, using: &generator)
                #expect(victim == .node(holder))
            }
        }

        @Test func `another node takes the key over from a crashed machine and an isolated one`()
            async throws
        {
            try await withKeel { cluster in
                await becomesTrue("a write is acknowledged") { write(cluster, "key") != nil }
                let slot = KeySlot.slot(of: "key")
                let load: @Sendable (ClosedRange<Int>) -> Double = { $0.contains(slot) ? 1 : 0 }
                let fields = FaultFields(
                    target: .primary,
                    shape: "isolate",
                    duration: .seconds(1),
                    restartAfter: .seconds(1)
                )
                let schedule = FaultSchedule(
                    [
                        (.zero, try MachineCrash(fields: fields)),
                        (.seconds(3), try Partition(fields: fields)),
                    ],
                    seed: Seed(1)
                )
                let actuator = ClusterActuator(cluster, load: load)
                await actuator.run(schedule, from: monotonicNanoseconds())
                let victims = actuator.records.map(\.victim)
                #expect(victims[0] != victims[1], "the key has moved in between")
                for record in actuator.records {
                    #expect(record.hasEvidence && record.problems.isEmpty, "\(record)")
                }
                try await cluster.awaitServing(within: .seconds(10))
                await becomesTrue("a write is acknowledged") { write(cluster, "key") != nil }
                #expect(cluster.processes.unexpectedEnds.isEmpty)
            }
        }
    }
}
