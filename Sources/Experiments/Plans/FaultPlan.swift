internal import Clusters
internal import Faults
internal import Quantities
internal import Topology

extension FaultPlan {
    private static let everyKey = [
        "at", "fault", "target", "shape", "with", "for", "restartAfter",
    ]

    /// The plan's faults in the order of their times; equal times keep the plan's order.
    static func list(
        _ node: PlanNode?,
        system: SystemPlan,
        workload: WorkloadPlan,
        convergence: Duration
    ) throws(PlanProblem) -> [FaultPlan] {
        guard let node else { return [] }
        var plans: [(plan: FaultPlan, item: PlanNode)] = []
        for item in try node.items() {
            let plan = try FaultPlan(item, system: system)
            if plan.at >= workload.measure {
                let end = durationText(workload.measure)
                throw item.problem(
                    "strikes at \(durationText(plan.at)), when the measurement of \(end) is over",
                    fix: "write `at:` below \(end), or a longer `measure:`"
                )
            }
            if let restart = plan.fields.restartAfter,
                plan.at + restart > workload.measure + convergence
            {
                let most = durationText(workload.measure + convergence - plan.at)
                throw item.problem(
                    "restarts at \(durationText(plan.at + restart)), when measurement and "
                        + "convergence are over",
                    fix: "write `restartAfter:` of \(most) or less, or leave it out: everything is "
                        + "healed when the measurement ends"
                )
            }
            plans.append((plan, item))
        }
        let ordered = plans.enumerated()
            .sorted { ($0.element.plan.at, $0.offset) < ($1.element.plan.at, $1.offset) }
            .map(\.element)
        var members = PlannedMembers(system)
        for (plan, item) in ordered { try members.note(plan, item) }
        return ordered.map(\.plan)
    }

    private init(_ node: PlanNode, system: SystemPlan) throws(PlanProblem) {
        let any = try PlanFields(node, known: Self.everyKey)
        let names = faults.map { $0.name }
        let name = try any.required("fault", example: "process-crash").name(among: names)
        guard let kind = faults.first(where: { $0.name == name }) else {
            preconditionFailure("A name among the registered ones is registered.")
        }
        for key in Self.everyKey.dropFirst(2) where !kind.keys.contains(key) {
            guard let found = any.node(key) else { continue }
            throw found.problem(
                "\(name) takes no \"\(key)\"",
                fix: "its keys: \((["at", "fault"] + kind.keys).joined(separator: ", "))"
            )
        }
        let day = Duration.seconds(86_400)
        at = try any.required("at", example: "5s").duration(in: .zero...day)
        mark = node.mark
        fields = FaultFields()
        fields.target = try any.node("target").map { node throws(PlanProblem) in
            try Self.target(node)
        }
        fields.shape = try any.text("shape")
        fields.withClients = try any.node("with")?.name(among: ["clients"]) != nil
        fields.duration = try any.duration("for", in: .milliseconds(1)...day)
        fields.restartAfter = try any.duration("restartAfter", in: .zero...day)
        do throws(FaultFieldError) {
            fault = try kind.init(fields: fields)
        } catch {
            throw Self.problem(error, in: any)
        }
        try checkPossible(any, system: system)
    }

    private static func problem(_ error: FaultFieldError, in fields: PlanFields) -> PlanProblem {
        switch error {
        case .missing(let key, let example):
            return fields.missing(key, example: example)
        case .unknownValue(let key, let value, let known):
            let node = fields.node(key) ?? fields.node
            return node.problem(
                "unknown name \"\(value)\"",
                fix: suggestion(for: value, among: known, what: "names")
            )
        case .impossible(let why):
            return fields.node.problem(why, fix: "see `ordeal list faults`")
        }
    }

    private func checkPossible(
        _ fields: PlanFields,
        system: SystemPlan
    ) throws(PlanProblem) {
        let knowsMembers = systemsUnderTest.first { $0.name == system.kind }?.changesMembership
        if type(of: fault).changesMembership, knowsMembers == false {
            throw fields.node.problem(
                "\(system.kind) knows no nodes that come and go",
                fix: "see `ordeal list systems`"
            )
        }
        if fault is Partition, system.nodes < 2 {
            throw fields.node.problem(
                "one node has nobody to be cut off from",
                fix: "write `nodes: 2` or more"
            )
        }
        if let partition = fault as? Partition, partition.shape == .bridge, system.nodes < 3 {
            throw fields.node.problem(
                "a bridge of \(system.nodes) nodes has nobody on one side, so nothing is cut",
                fix: "write `nodes: 3` or more, or `shape: isolate`"
            )
        }
        if fault.target == .backup, system.replicas < 2 {
            throw (fields.node("target") ?? fields.node).problem(
                "one replica has no backup",
                fix: "write `replicas: 2` or more, or another target"
            )
        }
    }

    /// `primary`, or `{ node: 3 }`.
    private static func target(_ node: PlanNode) throws(PlanProblem) -> FaultTarget {
        if case .mapping = node.value {
            let fields = try PlanFields(node, known: ["node"])
            let number = try fields.required("node", example: "1")
            // Whether there is such a node is a question of who has joined by then.
            return .node(NodeID(UInt16(try number.integer(in: 1...Int(UInt16.max)))))
        }
        let role = try node.name(among: FaultTarget.roles)
        guard let target = FaultTarget(role: role) else {
            throw node.problem("unknown name \"\(role)\"", fix: "write `target: primary`")
        }
        return target
    }
}
