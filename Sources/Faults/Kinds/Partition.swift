public import Determinism

/// Some endpoints cannot reach some others; every process lives.
public struct Partition: Fault {
    public static let name = "partition"
    public static let summary = "some endpoints cannot reach some others; every process lives"
    public static let keys = ["shape", "target", "from", "with", "for"]
    public static let needsNetworkFaults = true

    public var shape: PartitionShape
    public var target: FaultTarget?
    /// Whom it is cut off from; nil for everybody.
    public var others: EndpointGroup?
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
        if let target, target.group != .nodes, !shape.needsTarget {
            throw .impossible(
                "\(shape.rawValue) divides the nodes, so the \(target.text) is no target"
            )
        }
        others = fields.others
        takesClients = fields.withClients
        healsAfter = fields.duration
        if let others { try Self.check(others, shape, target?.group ?? .nodes) }
    }

    public var note: String? { others.map { "cut off from \($0.rawValue) alone" } }

    private static func check(
        _ others: EndpointGroup,
        _ shape: PartitionShape,
        _ group: EndpointGroup
    ) throws(FaultFieldError) {
        guard shape.needsTarget else {
            throw .impossible("\(shape.rawValue) says itself who is divided: it takes no \"from\"")
        }
        guard !group.talks(to: others) else { return }
        let talking = EndpointGroup.allCases.filter(group.talks).map(\.rawValue)
        throw .impossible(
            "\(group.rawValue) and \(others.rawValue) do not talk to each other, so nothing would be "
                + "cut: write `from:` with one of \(talking.joined(separator: ", "))"
        )
    }

    public func strike(
        _ victim: Endpoint?,
        in view: ClusterView,
        using generator: inout SeededGenerator
    ) -> FaultStrike {
        // Without a target there is still something to divide; with one that nobody is, there is not.
        if victim == nil, target != nil { return .nothing }
        let company = takesClients ? view.straying : []
        var links = shape.links(around: victim, with: company, in: view, using: &generator)
        if let others {
            let side = [victim].compactMap(\.self) + company
            links.removeAll { link in
                (side.contains(link.from) ? link.to : link.from).group != others
            }
        }
        guard !links.isEmpty else { return .nothing }
        return FaultStrike(
            actions: [.cut(links)],
            healing: [.reconnect(links)],
            evidence: [.packetsDropped]
        )
    }
}
