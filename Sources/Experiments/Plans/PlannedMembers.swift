internal import Faults
internal import Quantities
internal import Topology

/// Who takes part as a plan's faults go by, as far as the plan can know.
struct PlannedMembers {
    private let initial: Int
    private let copies: Int
    private var count: Int
    private var left: [NodeID: Duration] = [:]
    /// Nodes that join are numbered on.
    private var joined = 0

    init(_ system: SystemPlan) {
        initial = system.nodes
        copies = system.copies
        count = system.nodes
    }

    /// Takes the next fault in the order of their times.
    mutating func note(_ plan: FaultPlan, _ item: PlanNode) throws(PlanProblem) {
        if case .node(let node) = plan.fault.target { try check(node, plan, item) }
        let kind = type(of: plan.fault)
        guard kind.changesMembership else { return }
        if kind.takesSpare {
            joined += 1
            count += 1
        }
        guard let target = plan.fault.target else { return }
        count -= 1
        if case .node(let node) = target { left[node] = plan.at }
        guard count < copies else { return }
        let name = copies == 1 ? "replica needs a node" : "replicas need \(copies) nodes"
        throw item.problem(
            "\(copies) \(name), and \(count) would be left",
            fix: "write more `nodes:` or fewer `replicas:`, or let a node join before"
        )
    }

    private func check(
        _ node: NodeID,
        _ plan: FaultPlan,
        _ item: PlanNode
    ) throws(PlanProblem) {
        let number = item.value(at: ["target", "node"]) ?? item
        if let at = left[node] {
            throw number.problem(
                "\(Endpoint.node(node)) has left by then: it leaves at \(durationText(at))",
                fix: "name a node that stays"
            )
        }
        let index = Int(node.value)
        guard index > initial + joined else { return }
        throw number.problem(
            "there is no node \(index) among \(initial + joined)"
                + (joined > 0 ? " at \(durationText(plan.at))" : ""),
            fix: "write 1 to \(initial + joined)"
        )
    }
}

extension PlanNode {
    /// What stands below these keys, as they lead down.
    fileprivate func value(at keys: [String]) -> PlanNode? {
        guard let key = keys.first else { return self }
        guard case .mapping(let fields) = value else { return nil }
        return fields.first { $0.key == key }?.value.value(at: Array(keys.dropFirst()))
    }
}
