public import Determinism

/// A further node is started and gets its share of the shards while the others serve.
public struct NodeJoin: Fault {
    public static let name = "node-join"
    public static let summary = "a further node joins and gets its share of the shards"
    public static let keys: [String] = []
    public static let takesSpare = true
    public static let changesMembership = true

    public var target: FaultTarget? { nil }
    public var healsAfter: Duration? { nil }

    public init(fields: FaultFields) throws(FaultFieldError) {}

    public func strike(
        _ victim: Endpoint?,
        in view: ClusterView,
        using generator: inout SeededGenerator
    ) -> FaultStrike {
        guard let spare = view.spares.first else { return .nothing }
        return FaultStrike(
            actions: [.join(spare)],
            healing: [],
            evidence: [.nodeJoined(.node(spare))]
        )
    }
}
