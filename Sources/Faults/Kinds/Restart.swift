public import Determinism

/// An orderly end and a new start, as an upgrade does it.
public struct Restart: Fault {
    public static let name = "restart"
    public static let summary = "an orderly end and a new start"
    public static let keys = ["target", "restartAfter"]

    public var target: FaultTarget?
    public var healsAfter: Duration?

    public init(fields: FaultFields) throws(FaultFieldError) {
        target = try fields.requireTarget()
        healsAfter = fields.restartAfter ?? .zero
    }

    public func strike(
        _ victim: Endpoint?,
        in view: ClusterView,
        using generator: inout SeededGenerator
    ) -> FaultStrike {
        guard let victim else { return .nothing }
        return FaultStrike(
            actions: [.terminate(victim)],
            healing: [.start(victim)],
            evidence: [.processReplaced(victim)]
        )
    }
}
