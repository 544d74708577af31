public import Determinism

/// The machine is gone: its links fall silent first, then the process ends, so that nobody is told.
///
/// Peers and clients see silence until their own limits, never a closed connection.
public struct MachineCrash: Fault {
    public static let name = "machine-crash"
    public static let summary = "links fall silent, then the process ends: peers hear nothing"
    public static let keys = ["target", "restartAfter"]
    public static let needsNetworkFaults = true

    public var target: FaultTarget?
    public var healsAfter: Duration?

    public init(fields: FaultFields) throws(FaultFieldError) {
        target = try fields.requireTarget()
        healsAfter = fields.restartAfter
    }

    public var note: String? {
        "the page cache survives: written but unsynced data is still on disk after the restart"
    }

    public func strike(
        _ victim: Endpoint?,
        in view: ClusterView,
        using generator: inout SeededGenerator
    ) -> FaultStrike {
        guard let victim else { return .nothing }
        let others = view.endpoints.filter { $0 != victim }
        let links = DirectedLink.every(between: [victim], and: others)
        return FaultStrike(
            actions: [.cut(links), .kill(victim)],
            healing: [.renewNetwork(victim), .reconnect(links), .start(victim)],
            evidence: [.packetsDropped, .processGone(victim)]
        )
    }
}
