internal import Consistency
internal import Simulation
internal import Storage
internal import Topology

/// Reads a plan as the simulator can carry it out.
enum PlannedSimulation {
    /// A fixture for each cell of the plan's matrix.
    static func fixtures(of path: String) throws(CommandFailure) -> [CircumstanceFixture] {
        let plan = try readPlan(RunOptions(planFile: path))
        var fixtures: [CircumstanceFixture] = []
        for cell in plan.cells { fixtures.append(try fixture(of: cell, path)) }
        return fixtures
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
        guard system.nodes <= CircumstanceFixture.mostNodes else {
            throw CommandFailure(
                .usage,
                "\(path) has \(system.nodes) nodes; the simulator takes up to "
                    + "\(CircumstanceFixture.mostNodes)"
            )
        }
        guard let durability = Durability(rawValue: system.durability) else {
            throw CommandFailure(.usage, "\(path): there is no durability \(system.durability)")
        }
        return CircumstanceFixture(
            mode: system.replication,
            nodes: system.nodes,
            replicas: system.replicas,
            shards: min(system.shards, 16),
            durability: durability,
            placement: system.placement,
            valueBytes: cell.workload.valueBytes,
            workload: cell.workload.kind,
            faults: cell.faults.map { ($0.at, $0.fault) }
        )
    }
}
