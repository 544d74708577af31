public import Determinism

/// Some endpoints cannot reach some others; every process lives.
public struct Partition: Fault {
    public static let name = "partition"
    public static let summary = "some endpoints cannot reach some others; every process lives"
    public static let keys = ["shape", "target", "with", "for"]
    public static let needsNetworkFaults = true

    public var shape: PartitionShape
    public var target: FaultTarget?
    /// Whether the last client group goes along with the target's side.
    public var takesClients: Bool
    public var healsAfter: Duration?

    public init(fields: FaultFields) throws(FaultFieldError) {
        let known = PartitionShape.allCases.map(\.rawValue)
        guard let name = fields.shape else { throw .missing(key: "shape", example: known[0]) }
        guard let shape = PartitionShape(rawValue: name) else {
            throw .unknownValue(key: "shape", value: name, known: known)
        }
        self.shape = shape
        target = shape.needsTarget ? try fields.requireTarget() : fields.target
        if let target, !target.isNode, !shape.needsTarget {
            throw .impossible(
                "\(shape.rawValue) divides the nodes, so the \(target.text) is no target"
            )
        }
        takesClients = fields.withClients
        healsAfter = fields.duration
    }

    public func strike(
        _ victim: Endpoint?,
        in view: ClusterView,
        using generator: inout SeededGenerator
    ) -> FaultStrike {
        // Without a target there is still something to divide; with one that nobody is, there is not.
        if victim == nil, target != nil { return .nothing }
        let company = takesClients ? view.straying : []
        let links = shape.links(around: victim, with: company, in: view, using: &generator)
        guard !links.isEmpty else { return .nothing }
        return FaultStrike(
            actions: [.cut(links)],
            healing: [.reconnect(links)],
            evidence: [.packetsDropped]
        )
    }
}
