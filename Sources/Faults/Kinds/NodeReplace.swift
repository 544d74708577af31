public import Determinism

/// A further node takes the place of one that serves, which ends once it holds nothing.
public struct NodeReplace: Fault {
    public static let name = "node-replace"
    public static let summary = "a further node takes over all that another one holds"
    public static let keys = ["target"]
    public static let takesSpare = true
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
        guard let victim, let node = victim.node, let spare = view.spares.first else {
            return .nothing
        }
        return FaultStrike(
            actions: [.replace(node, by: spare)],
            healing: [],
            evidence: [.nodeJoined(.node(spare)), .nodeLeft(victim)]
        )
    }
}
