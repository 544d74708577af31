import Clusters
import Determinism
import Faults
import Glibc
import Testing
import Topology

extension InsideEnclosure {
    @Suite struct ClusterFaultTests {
        /// Stand-ins on namespaces, and somebody who keeps asking node 2 from another node and from a
        /// client group, so that what is cut is missed.
        private func withTraffic(_ body: (Cluster) async throws -> Void) async throws {
            let fabric = try NamespacesFabric(FabricLayout(nodeCount: 3, clientGroups: 2))
            try fabric.build()
            defer { fabric.tearDown() }
            var naggers: [ChildProcess] = []
            defer { for nagger in naggers { nagger.signal(SIGKILL) } }
            for endpoint in [Endpoint.node(1), .clients(1), .clients(2)] {
                let options = try #require(fabric.place(of: endpoint)).launcherOptions
                let command =
                    [try Executables.own("ordeal-launcher"), "node"] + options
                    + ["--", try Executables.own("stand-in"), "nag", "10.0.0.2", "6379"]
                naggers.append(try start(command))
            }
            try await withStandIns(on: fabric, body)
        }

        @Test func `a machine crash and a partition are silent, seen in counters, and healed`()
            async throws
        {
            let fields = FaultFields(
                target: .primary,
                shape: "isolate",
                withClients: true,
                duration: .milliseconds(200),
                restartAfter: .milliseconds(200)
            )
            let schedule = FaultSchedule(
                [
                    (.milliseconds(100), try MachineCrash(fields: fields)),
                    (.milliseconds(800), try Partition(fields: fields)),
                ],
                seed: Seed(1)
            )
            try await withTraffic { cluster in
                let actuator = ClusterActuator(cluster)
                await actuator.run(schedule, from: monotonicNanoseconds())
                for record in actuator.records {
                    #expect(record.victim == .node(2) && record.problems.isEmpty, "\(record)")
                    #expect(record.hasEvidence, "\(record)")
                }
                let lost = actuator.records[1].evidence.flatMap(\.dropped).map(\.link)
                #expect(lost.contains { $0.from == .clients(1) })
                #expect(!lost.contains { $0.from == .clients(2) && $0.to == .node(2) })
                #expect(actuator.records[1].touched == [.node(2), .clients(2)])
                try await cluster.awaitServing(within: .seconds(5))
            }
        }

        /// While every core has something else to do; how late they are is printed, and held to its bar by
        /// the benchmarks.
        @Test func `every cut of a hundred and fifty is applied, none before its time`()
            async throws
        {
            let fields = FaultFields(
                target: .node(NodeID(2)),
                shape: "isolate",
                duration: .milliseconds(5)
            )
            let partition = try Partition(fields: fields)
            let schedule = FaultSchedule(
                (0..<150).map { (.milliseconds(20 + 10 * $0), partition) },
                seed: Seed(1)
            )
            try await withTraffic { cluster in
                let busy = try (0..<sysconf(CInt(_SC_NPROCESSORS_ONLN))).map { _ in
                    try start(["/bin/sh", "-c", "while :; do :; done"])
                }
                defer { for process in busy { process.signal(SIGKILL) } }
                let actuator = ClusterActuator(cluster)
                await actuator.run(schedule, from: monotonicNanoseconds())
                let late = actuator.records.compactMap { record in
                    record.appliedAt.map { (Double($0) - Double(record.scheduledAt)) / 1e6 }
                }.sorted()
                #expect(late.count == 150)
                print("cuts late by ms: p50 \(late[75]), p99 \(late[148]), most \(late[149])")
                #expect(late[0] >= 0)
            }
        }
    }
}
