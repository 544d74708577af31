internal import Consistency
internal import Faults
internal import Simulation
internal import Storage
internal import Topology

/// Reads a plan as the simulator can carry it out.
enum PlannedSimulation {
    /// A fixture for each cell of the plan's matrix.
    static func fixtures(
        of path: String,
        _ console: Console
    ) throws(CommandFailure) -> [CircumstanceFixture] {
        let plan = try readPlan(RunOptions(planFile: path))
        var fixtures: [CircumstanceFixture] = []
        for cell in plan.cells { fixtures.append(try fixture(of: cell, path)) }
        console.line(
            "\(path) is simulated with " + differences(plan, fixtures).joined(separator: "; ")
        )
        return fixtures
    }

    /// What a run of the plan would do otherwise.
    private static func differences(_ plan: Plan, _ fixtures: [CircumstanceFixture]) -> [String] {
        func any(_ isSo: (Cell) -> Bool) -> Bool { plan.cells.contains(where: isSo) }
        let most = CircumstanceFixture.mostShards
        let seconds = CircumstanceFixture.plannedTime.components.seconds
        return [
            "the seeds' own rate, clients, keys and timeouts",
            any { $0.system.shards > most } ? "\(most) shards at most" : nil,
            fixtures.allSatisfy(\.isToScale) ? nil : "its faults shortened to \(seconds) s",
            any { !$0.workload.commands.isEmpty } ? "registers in place of its commands" : nil,
            any { $0.system.binary != nil } ? "this build's cores in place of its binary" : nil,
            any { !$0.gates.isEmpty } ? "the promises judged and none of its gates" : nil,
        ].compactMap(\.self)
    }

    private static func fixture(
        of cell: Cell,
        _ path: String
    ) throws(CommandFailure) -> CircumstanceFixture {
        let system = cell.system
        guard system.kind == "keel" else {
            throw CommandFailure(
                .usage,
                "\(path) is of \(system.kind); only keel can be simulated, since only its cores are "
                    + "values"
            )
        }
        let spares = cell.faults.count { type(of: $0.fault).takesSpare }
        guard system.nodes + spares <= CircumstanceFixture.mostNodes else {
            throw CommandFailure(
                .usage,
                "\(path) has \(system.nodes + spares) nodes; the simulator takes up to "
                    + "\(CircumstanceFixture.mostNodes)"
            )
        }
        guard system.etcdMembers == 0 else {
            throw CommandFailure(
                .usage,
                "\(path) keeps the map in etcd; the simulator has one coordinator, with a file: write "
                    + "`mapStore: file` and leave out what aims at the others"
            )
        }
        guard let durability = Durability(rawValue: system.durability) else {
            throw CommandFailure(.usage, "\(path): there is no durability \(system.durability)")
        }
        var fixture = CircumstanceFixture(
            mode: system.replication,
            nodes: system.nodes,
            replicas: system.copies,
            shards: min(system.shards, CircumstanceFixture.mostShards),
            durability: durability,
            placement: system.placement,
            valueBytes: cell.workload.valueBytes,
            workload: cell.workload.kind,
            faults: cell.faults.map { ($0.at, $0.fault) }
        )
        fixture.spares = spares
        fixture.detector = system.detector
        fixture.confirmsReads = system.reads.map { $0 == "confirmed" }
        fixture.minimumInSync = system.minimumInSync
        fixture.moveRate = UInt64(system.moveRate ?? 0) << 20
        fixture.weights = system.weights
        fixture.zones = system.zones
        if let problem = fixture.problem {
            throw CommandFailure(.usage, "\(path), \(cell.name): \(problem)")
        }
        return fixture
    }
}
