internal import Clusters
internal import Topology

extension SystemPlan {
    /// What a matrix may vary.
    static let matrixKeys = [
        "nodes", "replicas", "shards", "durability", "placement", "replication",
    ]

    /// More do not fit on one machine in any useful way.
    static let mostNodes = 64

    init(_ node: PlanNode) throws(PlanProblem) {
        let fields = try PlanFields(node, known: ["kind", "binary"] + Self.matrixKeys)
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
        replication = try fields.name(
            "replication",
            among: system.replications.map(\.name),
            default: "quorum"
        )
        binary = try fields.text("binary")
        try checkPossible(fields)
    }

    private func checkPossible(_ fields: PlanFields) throws(PlanProblem) {
        if replicas > nodes {
            throw (fields.node("replicas") ?? fields.node).problem(
                "\(replicas) replicas need \(replicas) nodes, and there are \(nodes)",
                fix: "write `replicas: \(nodes)` or less, or `nodes: \(replicas)` or more"
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
}
