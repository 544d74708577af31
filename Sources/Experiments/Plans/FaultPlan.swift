extension FaultPlan {
    private static let allKeys = [
        "at", "fault", "target", "shape", "with", "for", "restartAfter",
    ]

    /// The plan's faults in the order of their times; equal times keep the plan's order.
    static func list(
        _ node: PlanNode?,
        system: SystemPlan,
        workload: WorkloadPlan,
        vocabulary: Vocabulary
    ) throws(PlanProblem) -> [FaultPlan] {
        guard let node else { return [] }
        var faults: [FaultPlan] = []
        for item in try node.items() {
            let fault = try FaultPlan(item, system: system, vocabulary: vocabulary)
            if fault.at >= workload.measure {
                let end = durationText(workload.measure)
                throw item.problem(
                    "strikes at \(durationText(fault.at)), when the measurement of \(end) is over",
                    fix: "write `at:` below \(end), or a longer `measure:`"
                )
            }
            faults.append(fault)
        }
        return faults.enumerated()
            .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element)
    }

    private init(
        _ node: PlanNode,
        system: SystemPlan,
        vocabulary: Vocabulary
    ) throws(PlanProblem) {
        let any = try PlanFields(node, known: Self.allKeys)
        let names = vocabulary.faults.map(\.name)
        let name = try any.required("fault", example: names[0]).name(among: names)
        let kind = vocabulary.faults.first { $0.name == name } ?? vocabulary.faults[0]
        for key in Self.allKeys.dropFirst(2) where !kind.keys.contains(key) {
            guard let found = any.node(key) else { continue }
            throw found.problem(
                "\(name) takes no \"\(key)\"",
                fix: "its keys: \((["at", "fault"] + kind.keys).joined(separator: ", "))"
            )
        }
        let day = Duration.seconds(86_400)
        at = try any.required("at", example: "5s").duration(in: .zero...day)
        fault = name
        needsNetwork = kind.needsNetwork
        mark = node.mark
        target = try any.node("target").map { node throws(PlanProblem) in
            try Target(node, nodes: system.nodes, roles: vocabulary.roles)
        }
        shape = try any.node("shape")?.name(among: vocabulary.shapes)
        withClients = try any.node("with")?.name(among: ["clients"]) != nil
        duration = try any.duration("for", in: .milliseconds(1)...day)
        restartAfter = try any.duration("restartAfter", in: .zero...day)
        try checkComplete(any, system: system)
    }

    private func checkComplete(
        _ fields: PlanFields,
        system: SystemPlan
    ) throws(PlanProblem) {
        if fault == "partition" {
            _ = try fields.required("shape", example: "isolate")
            if system.nodes < 2 {
                throw fields.node.problem(
                    "one node has nobody to be cut off from",
                    fix: "add nodes"
                )
            }
        }
        if fault != "partition" || shape == "isolate" {
            _ = try fields.required("target", example: "primary")
        }
        if target == .role("backup"), system.replicas < 2 {
            throw (fields.node("target") ?? fields.node).problem(
                "one replica has no backup",
                fix: "write `replicas: 2` or more, or another target"
            )
        }
    }
}

extension FaultPlan.Target {
    /// `primary`, or `{ node: 3 }`.
    init(_ node: PlanNode, nodes: Int, roles: [String]) throws(PlanProblem) {
        if case .mapping = node.value {
            let fields = try PlanFields(node, known: ["node"])
            let number = try fields.required("node", example: "1")
            let index = try number.integer(in: 0...Int.max)
            guard (1...nodes).contains(index) else {
                throw number.problem(
                    "there is no node \(index) among \(nodes)",
                    fix: "write 1 to \(nodes)"
                )
            }
            self = .node(index)
            return
        }
        self = .role(try node.name(among: roles))
    }
}
