internal import Clusters
internal import Quantities
internal import Topology

extension SystemPlan {
    /// What a matrix may vary.
    static let matrixKeys = [
        "nodes", "replicas", "shards", "durability", "placement", "replication", "detector",
        "minimumInSync", "reads", "moveRate",
    ]

    /// More do not fit on one machine in any useful way.
    static let mostNodes = 64
    /// MiB/s.
    private static let fastestMove = 1 << 20

    init(_ node: PlanNode) throws(PlanProblem) {
        let known = ["kind", "binary", "weights", "zones"] + Self.matrixKeys
        let fields = try PlanFields(node, known: known)
        let systems = systemsUnderTest.map { $0.name }
        let name = try fields.required("kind", example: "keel").name(among: systems)
        guard let system = systemsUnderTest.first(where: { $0.name == name }) else {
            preconditionFailure("A name among the registered ones is registered.")
        }
        kind = name
        nodes = try fields.integer("nodes", in: 1...Self.mostNodes, default: 3)
        replicas = try fields.integer("replicas", in: 1...Self.mostNodes, default: min(3, nodes))
        shards = try fields.integer("shards", in: 1...16_384, default: 256)
        durability = try fields.name(
            "durability",
            among: system.durabilities.map(\.name),
            default: "memory"
        )
        placement = try fields.name(
            "placement",
            among: placementSchemes.map { $0.name },
            default: "ring"
        )
        replication = try fields.node("replication")?.option(of: system.replications) ?? "quorum"
        detector = try fields.node("detector")?.option(of: system.detectors)
        minimumInSync = try fields.node("minimumInSync")?.integer(in: 1...Self.mostNodes)
        reads = try fields.node("reads")?.name(among: system.reads.map(\.name))
        moveRate = try fields.node("moveRate")?.integer(in: 0...Self.fastestMove)
        binary = try fields.text("binary")
        weights = []
        for item in try fields.node("weights")?.items() ?? [] { weights.append(try item.weight()) }
        zones = []
        for item in try fields.node("zones")?.items() ?? [] {
            zones.append(try item.integer(in: 0...Self.mostNodes))
        }
        try checkPossible(fields)
    }

    private func checkPossible(_ fields: PlanFields) throws(PlanProblem) {
        try checkPlacement(fields)
        if replicas > nodes {
            throw (fields.node("replicas") ?? fields.node).problem(
                "\(replicas) replicas need \(replicas) nodes, and there are \(nodes)",
                fix: "write `replicas: \(nodes)` or less, or `nodes: \(replicas)` or more"
            )
        }
        let system = systemsUnderTest.first { $0.name == kind }
        if let problem = system?.problem(replication: replication, replicas: replicas) {
            throw (fields.node("replication") ?? fields.node).problem(
                "replication \(replication) cannot be had: \(problem)",
                fix: "change its settings, or `replicas`"
            )
        }
        if let minimumInSync, minimumInSync > replicas {
            throw (fields.node("minimumInSync") ?? fields.node).problem(
                "\(minimumInSync) replicas cannot be in sync where there are \(replicas)",
                fix: "write `minimumInSync: \(replicas)` or less"
            )
        }
        if shards & (shards - 1) != 0 {
            var lower = 1
            while lower * 2 <= shards { lower *= 2 }
            throw (fields.node("shards") ?? fields.node).problem(
                "\(shards) shards do not divide the 16384 slots evenly",
                fix: "write a power of two, such as \(lower) or \(lower * 2)"
            )
        }
    }

    /// Weights and zones are one a node, and weights such as the scheme can honour.
    private func checkPlacement(_ fields: PlanFields) throws(PlanProblem) {
        for (key, count) in [("weights", weights.count), ("zones", zones.count)]
        where fields.node(key) != nil && count != nodes {
            throw (fields.node(key) ?? fields.node).problem(
                "\(count) \(key) for \(nodes) nodes",
                fix: "write one for each node, or drop the key"
            )
        }
        let isWeighted = weights.contains { $0 != weights[0] }
        guard isWeighted,
            let scheme = placementSchemes.first(where: { $0.name == placement }),
            scheme.capabilities.weights == .none
        else { return }
        let able = placementSchemes.filter { $0.capabilities.weights != .none }
        throw (fields.node("placement") ?? fields.node).problem(
            "\(placement) treats all nodes alike: it takes no weights",
            fix: "drop `weights`, or take one of \(able.map { $0.name }.joined(separator: ", "))"
        )
    }
}

extension PlanNode {
    /// A registered name, and settings where it takes some.
    fileprivate func option(of options: [SystemOption]) throws(PlanProblem) -> String {
        let text = try text()
        guard let configured = ConfiguredName(parsing: text), !configured.settings.isEmpty else {
            return try name(among: options.map(\.name))
        }
        let named = options.first { $0.name == configured.name }
        guard let named else { return try name(among: options.map(\.name)) }
        guard named.settings != nil else {
            throw problem("\(named.name) takes no settings", fix: "write `\(named.name)`")
        }
        return configured.description
    }

    /// Above 0; a thousand times another node's share is more than a machine can hold.
    fileprivate func weight() throws(PlanProblem) -> Double {
        guard case .scalar(let text) = value, let number = plainNumber(text), number > 0,
            number <= 1_000
        else {
            throw problem(
                "expected a weight, found \(kind)",
                fix: "write a number above 0, up to 1000"
            )
        }
        return number
    }
}
