public import Determinism

/// A node gives its shards away while it serves, and ends once it holds none.
public struct NodeLeave: Fault {
    public static let name = "node-leave"
    public static let summary = "a node gives its shards to the others and leaves"
    public static let keys = ["target"]
    public static let changesMembership = true

    public var target: FaultTarget?
    public var healsAfter: Duration? { nil }

    public init(fields: FaultFields) throws(FaultFieldError) {
        target = try fields.requireNode()
    }

    public func strike(
        _ victim: Endpoint?,
        in view: ClusterView,
        using generator: inout SeededGenerator
    ) -> FaultStrike {
        guard let victim, let node = victim.node else { return .nothing }
        return FaultStrike(
            actions: [.leave(node)],
            healing: [],
            evidence: [.nodeLeft(victim)]
        )
    }
}

extension FaultFields {
    /// A target that is a node.
    func requireNode() throws(FaultFieldError) -> FaultTarget {
        let target = try requireTarget()
        guard target != .coordinator else {
            throw .impossible("the coordinator holds no shards that could go elsewhere")
        }
        return target
    }
}
