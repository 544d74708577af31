import CSystemCalls
import Clusters
import Determinism
import Faults
import Glibc
import Synchronization
import Testing
import Topology

/// Process faults on the loopback fabric: needs nothing of the machine.
@Suite struct ClusterTests {
    private func loopback() throws -> LoopbackFabric {
        try LoopbackFabric(FabricLayout(nodeCount: 3))
    }

    @Test func `a cluster starts, serves, and leaves nothing`() async throws {
        try await withStandIns(on: loopback()) { cluster in
            #expect(cluster.isServing)
            #expect(cluster.view().running == cluster.specification.nodes)
            #expect(cluster.addresses.count == 3)
        }
    }

    @Test func `a process that ends unasked is reported with its last words`() async throws {
        try await withStandIns(on: loopback()) { cluster in
            let victim = try #require(cluster.processes.process(of: .node(2)))
            kill(victim.id, SIGUSR1)
            await becomesTrue("the end is noticed") {
                cluster.processes.unexpectedEnds.count == 1
            }
            let end = try #require(cluster.processes.unexpectedEnds.first)
            #expect(end.endpoint == .node(2) && end.end == .killed(signal: SIGUSR1))
            #expect(end.log == ["ready"])
            #expect(cluster.view().running == [NodeID(1), NodeID(3)])
        }
    }

    @Test func `a process that cannot start is an error with its log`() async throws {
        let fabric = try loopback()
        let place = try #require(fabric.place(of: .node(2)))
        let occupant = unsafe ordeal_socket_listen("127.0.0.1", place.port, 16)
        defer { close(occupant) }
        try #require(occupant >= 0)
        let error = try #require(
            await #expect(throws: ClusterError.self) {
                try await withStandIns(on: fabric) { _ in }
            }
        )
        guard case .ended(let endpoint, _, let log) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(endpoint == .node(NodeID(2)))
        #expect(log.contains { $0.contains("Address already in use") }, "\(log)")
    }

    @Test func `every process fault strikes, is seen, and is healed`() async throws {
        let fields = FaultFields(
            target: .node(NodeID(1)),
            duration: .milliseconds(100),
            restartAfter: .milliseconds(100)
        )
        try await withStandIns(on: loopback()) { cluster in
            for kind: any Fault.Type in [ProcessCrash.self, Pause.self, Restart.self] {
                let schedule = FaultSchedule(
                    [(.milliseconds(10), try kind.init(fields: fields))],
                    seed: Seed(1)
                )
                let told = Told()
                let actuator = ClusterActuator(cluster, load: nil) { record in
                    told.records.withLock { $0.append(record) }
                }
                await actuator.run(schedule, from: monotonicNanoseconds())
                let record = try #require(actuator.records.first)
                #expect(record.fault == kind.name && record.victim == .node(NodeID(1)))
                #expect(record.hasEvidence && record.problems.isEmpty, "\(record)")
                let applied = try #require(record.appliedAt)
                let healed = try #require(record.healedAt)
                #expect(applied >= record.scheduledAt && healed > applied)
                let times = told.records.withLock { $0.map(\.healedAt) }
                #expect(times == [nil, healed], "told of the strike, then of the healing")
                try await cluster.awaitServing(within: .seconds(5))
            }
            #expect(cluster.processes.unexpectedEnds.isEmpty)
        }
    }

    @Test func `a fault without an end is healed when everything is`() async throws {
        let crash = try ProcessCrash(fields: FaultFields(target: .node(NodeID(3))))
        try await withStandIns(on: loopback()) { cluster in
            let actuator = ClusterActuator(cluster)
            let schedule = FaultSchedule([(.zero, crash)], seed: Seed(1))
            await actuator.run(schedule, from: monotonicNanoseconds())
            #expect(actuator.active.map(\.fault) == ["process-crash"])
            #expect(!cluster.view().running.contains(NodeID(3)))
            await actuator.healEverything()
            #expect(actuator.active.isEmpty && actuator.records[0].hasEvidence)
            #expect(cluster.view().running.contains(NodeID(3)))
        }
    }

    @Test func `a stop in the middle strikes no further and leaves the healing to do`()
        async throws
    {
        let pause = try Pause(
            fields: FaultFields(target: .node(NodeID(1)), duration: .seconds(600))
        )
        try await withStandIns(on: loopback()) { cluster in
            let actuator = ClusterActuator(cluster)
            let schedule = FaultSchedule([(.zero, pause), (.seconds(300), pause)], seed: Seed(1))
            async let run: Void = actuator.run(schedule, from: monotonicNanoseconds())
            await becomesTrue("node 1 is stopped") { cluster.processes.isStopped(.node(1)) }
            actuator.stop()
            await run
            await actuator.healEverything()
            #expect(actuator.records.count == 1 && actuator.records[0].hasEvidence)
            #expect(!cluster.processes.isStopped(.node(1)))
        }
    }

    @Test func `a fault whose victim does not run has no evidence`() async throws {
        let crash = try ProcessCrash(fields: FaultFields(target: .node(NodeID(1))))
        let pause = try Pause(fields: FaultFields(target: .node(NodeID(1))))
        try await withStandIns(on: loopback()) { cluster in
            let actuator = ClusterActuator(cluster)
            let faults: [(at: Duration, fault: any Fault)] = [
                (.zero, crash), (.milliseconds(50), pause),
            ]
            await actuator.run(
                FaultSchedule(faults, seed: Seed(1)),
                from: monotonicNanoseconds()
            )
            await actuator.healEverything()
            #expect(actuator.records.map(\.hasEvidence) == [true, false])
            #expect(actuator.records[1].problems.first == "node-1 was not running")
        }
    }
}

private final class Told: Sendable {
    let records = Mutex<[FaultRecord]>([])
}

func monotonicNanoseconds() -> UInt64 {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
}
