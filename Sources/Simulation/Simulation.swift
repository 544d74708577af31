import Coordination
import Replication
import Topology
import Determinism
import Histories

/// What a seed came to.
public struct SeedOutcome: Sendable {
    public var seed: UInt64
    public var traceHash: UInt64
    public var violations: [String]
    public var simulatedNanoseconds: UInt64
    public var events: Int
    public var operations: Int
    public var acknowledged: Int
    public var lost: Int
}

public func simulate(_ circumstances: Circumstances) -> SeedOutcome {
    var simulator = Simulator(circumstances)
    simulator.run(until: circumstances.end)
    simulator.audit()
    return SeedOutcome(
        seed: circumstances.seed.rawValue,
        traceHash: simulator.trace.value,
        violations: simulator.violations.map { "\($0.at): \($0.text)" },
        simulatedNanoseconds: circumstances.end,
        events: simulator.events,
        operations: simulator.crowd.history.operations.count,
        acknowledged: simulator.crowd.acknowledged,
        lost: simulator.writesLost
    )
}

public func transcript(_ circumstances: Circumstances, from: UInt64 = 0, to: UInt64 = 0, node: Int = 1, shard: Int = 0) -> [String] {
    var simulator = Simulator(circumstances)
    simulator.isTraced = true
    simulator.debugFrom = from; simulator.debugTo = to; simulator.debugNode = node; simulator.debugShard = shard
    simulator.run(until: circumstances.end)
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
    return simulator.transcript
}
