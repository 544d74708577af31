import Coordination
import Replication
import Topology
import Determinism
import Histories

/// What a seed came to.
public struct SeedOutcome: Sendable {
    public var seed: UInt64
    public var circumstances: String
    public var traceHash: UInt64
    public var violations: [String]
    public var simulatedNanoseconds: UInt64
    public var events: Int
    public var operations: Int
    public var acknowledged: Int
    public var lost: Int
    public var network: NetworkEvidence
    public var machines: MachineEvidence

    /// The seed and its trace hash in one number: sums of them tell sets of runs apart.
    public var mixedHash: UInt64 { SplitMix64.mixed(seed &* 0x9e37_79b9_7f4a_7c15 ^ traceHash) }
}

public func simulate(
    _ circumstances: Circumstances,
    flaw: (any StoreFlaw)? = nil
) -> SeedOutcome {
    var simulator = Simulator(circumstances, flaw: flaw)
    simulator.runToEnd()
    simulator.audit()
    return SeedOutcome(
        seed: circumstances.seed.rawValue,
        circumstances: simulator.violations.isEmpty ? "" : "\(circumstances)",
        traceHash: simulator.trace.value,
        violations: simulator.violations.map { "\($0.at): \($0.text)" },
        simulatedNanoseconds: simulator.now,
        events: simulator.events,
        operations: simulator.crowd.testimony.count,
        acknowledged: simulator.crowd.acknowledged,
        lost: simulator.writesLost,
        network: simulator.network.evidence,
        machines: simulator.machineEvidence
    )
}

extension Simulator {
    /// Of all machines, the coordinator's included.
    fileprivate var machineEvidence: MachineEvidence {
        var sum = nodes.reduce(MachineEvidence()) { $0 + $1.disk.evidence }
        sum.clockJumps = nodes.reduce(coordinator.clock.jumps) { $0 + $1.clock.jumps }
        return sum
    }
}

public func transcript(
    _ circumstances: Circumstances,
    flaw: (any StoreFlaw)? = nil,
    key: String? = nil
) -> [String] {
    var simulator = Simulator(circumstances, flaw: flaw)
    simulator.isTraced = true
    simulator.runToEnd()
    simulator.audit()
    for node in simulator.nodes.dropFirst() where node.isUp {
        simulator.say(
            "\(node.id) \(node.ends.map(\.number)) \(node.core.summary(at: node.clock.instant(at: simulator.now)))"
        )
        for shard in 0..<circumstances.shards {
            let view = node.core.view(
                of: ShardID(UInt16(shard)),
                at: node.clock.instant(at: simulator.now)
            )
            simulator.say("\(node.id) s\(shard) \(view.map { "\($0)" } ?? "-")")
        }
    }
    if let key { simulator.transcript += simulator.crowd.testimony.told(of: key) }
    return simulator.transcript
}
