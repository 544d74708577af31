public import Determinism

/// The process ends at once; its kernel lives, so peers see the connections closed immediately.
public struct ProcessCrash: Fault {
    public static let name = "process-crash"
    public static let summary = "the process ends at once; peers see its connections close"
    public static let keys = ["target", "restartAfter"]

    public var target: FaultTarget?
    public var healsAfter: Duration?

    public init(fields: FaultFields) throws(FaultFieldError) {
        target = try fields.requireTarget()
        healsAfter = fields.restartAfter
    }

    public func strike(
        _ victim: Endpoint?,
        in view: ClusterView,
        using generator: inout SeededGenerator
    ) -> FaultStrike {
        guard let victim else { return .nothing }
        return FaultStrike(
            actions: [.kill(victim)],
            healing: [.start(victim)],
            evidence: [.processGone(victim)]
        )
    }
}

extension FaultStrike {
    /// What a fault does that found nobody to strike.
    static let nothing = FaultStrike(actions: [], healing: [], evidence: [])
}
