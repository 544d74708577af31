import Clusters
import Determinism
import Faults
import Testing
import Topology

let isEtcdInstalled = (try? Executables.etcd) != nil

extension InsideEnclosure {
    /// The store with two coordinators, which keep their map in an etcd of three members.
    @Suite(.enabled(if: isEtcdInstalled, "etcd-server is not installed"))
    struct CoordinatorOutageTests {
        /// Carries out faults at once, and returns when all are healed; whether each was felt.
        @discardableResult
        private func strike(
            _ cluster: Cluster,
            _ faults: [any Fault],
            mustBeFelt: Bool = true
        ) async -> Bool {
            let actuator = ClusterActuator(cluster)
            let schedule = FaultSchedule(faults.map { (.zero, $0) }, seed: Seed(1))
            await actuator.run(schedule, from: monotonicNanoseconds())
            for record in actuator.records {
                #expect(record.problems.isEmpty, "\(record)")
                #expect(record.hasEvidence || !mustBeFelt, "\(record)")
            }
            return actuator.records.allSatisfy(\.hasEvidence)
        }

        private func crash(_ target: FaultTarget, _ duration: Duration) throws -> ProcessCrash {
            try ProcessCrash(fields: FaultFields(target: target, restartAfter: duration))
        }

        private func cut(
            _ target: FaultTarget,
            from others: EndpointGroup? = nil,
            shape: String = "isolate",
            for duration: Duration = .seconds(4)
        ) throws -> Partition {
            var fields = FaultFields(target: target, shape: shape, duration: duration)
            fields.others = others
            return try Partition(fields: fields)
        }

        /// Waits until every node listens to the same coordinator, and returns it.
        private func leader(_ cluster: Cluster) async throws -> Endpoint {
            await becomesTrue("somebody leads") { cluster.view().leader != nil }
            return try #require(cluster.view().leader)
        }

        private func expectAnotherLeader(
            _ cluster: Cluster,
            after fault: any Fault,
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let first = try await leader(cluster)
            await strike(cluster, [fault])
            let second = try await leader(cluster)
            #expect(second != first, sourceLocation: sourceLocation)
        }

        /// No write failed or found another primary; then a primary's crash is still noticed.
        private func withCalm(_ body: (Cluster) async throws -> Void) async throws {
            try await withKeel(coordinators: 2, etcdMembers: 3) { cluster in
                try await cluster.awaitReplicated(within: .seconds(10))
                _ = try await leader(cluster)
                let traffic = try CalmTraffic(cluster)
                try await body(cluster)
                let tally = await traffic.stop()
                #expect(tally.failures.isEmpty, "\(tally.failures)")
                #expect(tally.count > 500)
                _ = try await leader(cluster)
                let holder = try #require(write(cluster, "key"))
                #expect(cluster.processes.kill(.node(holder)))
                await becomesTrue("another node takes the key over") {
                    write(cluster, "key").map { $0 != holder } ?? false
                }
            }
        }

        @Test func `killing the leader, then a member of etcd, disturbs nobody`() async throws {
            try await withCalm { cluster in
                try await expectAnotherLeader(cluster, after: crash(.leader, .seconds(3)))
                await strike(cluster, [try crash(.etcd(1), .seconds(2))])
            }
        }

        @Test func `a leader that is cut off is followed by another, and nobody is disturbed`()
            async throws
        {
            try await withCalm { cluster in
                // It cannot prolong its lease.
                try await expectAnotherLeader(cluster, after: cut(.leader, from: .etcd))
                // It could, and leaves its place to who is of more use.
                try await expectAnotherLeader(cluster, after: cut(.leader, from: .nodes))
                try await expectAnotherLeader(cluster, after: cut(.leader, shape: "one-way"))
            }
        }

        @Test func `a member of etcd that is cut off disturbs nobody`() async throws {
            try await withCalm { cluster in
                var feltCount = 0
                for member in 1...3 {
                    // Each coordinator has one member that it asks; nobody misses the others.
                    let apart = try cut(
                        .etcd(member),
                        from: .coordinators,
                        for: .milliseconds(1_500)
                    )
                    if await strike(cluster, [apart], mustBeFelt: false) { feltCount += 1 }
                    let alone = try cut(.etcd(member), from: .etcd, for: .milliseconds(1_500))
                    await strike(cluster, [alone])
                }
                #expect(feltCount > 0)
            }
        }

        @Test func `the data path does without all coordinators and all of etcd`() async throws {
            try await withCalm { cluster in
                let everybody: [FaultTarget] =
                    [.coordinatorNumber(1), .coordinatorNumber(2)] + (1...3).map { .etcd($0) }
                await strike(cluster, try everybody.map { try crash($0, .seconds(3)) })
            }
        }
    }
}
