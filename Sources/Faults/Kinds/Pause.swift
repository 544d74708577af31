public import Determinism

/// The process stands still, as in a long garbage collection or a frozen virtual machine; its
/// kernel goes on accepting what is sent to it.
public struct Pause: Fault {
    public static let name = "pause"
    public static let summary = "the process stands still, and its kernel goes on"
    public static let keys = ["target", "for"]

    public var target: FaultTarget?
    public var healsAfter: Duration?

    public init(fields: FaultFields) throws(FaultFieldError) {
        target = try fields.requireTarget()
        healsAfter = fields.duration
    }

    public func strike(
        _ victim: Endpoint?,
        in view: ClusterView,
        using generator: inout SeededGenerator
    ) -> FaultStrike {
        guard let victim else { return .nothing }
        return FaultStrike(
            actions: [.pause(victim)],
            healing: [.resume(victim)],
            evidence: [.processStopped(victim)]
        )
    }
}
