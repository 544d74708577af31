internal import Determinism
internal import Quantities
internal import Workloads

extension WorkloadPlan {
    /// What a matrix may vary.
    static let matrixKeys = [
        "records", "valueBytes", "clients", "workers", "load", "distribution", "warmup", "measure",
        "timeout", "history",
    ]

    /// Why a plan cannot carry these out.
    private static let refused = [
        "ycsb-d": "it adds records, and the audit knows the ones that were loaded",
        "ycsb-e": "a scan is one MGET, and its keys lie in different slots of a cluster",
        "ycsb-f": "it writes in two steps, and the ledger knows single writes",
        "commands": "nobody knows what the commands mean",
    ]

    init(_ node: PlanNode) throws(PlanProblem) {
        let fields = try PlanFields(node, known: ["kind"] + Self.matrixKeys)
        let name = try fields.required("kind", example: "ycsb-a")
            .name(among: workloads.map { $0.name })
        kind = name
        if let reason = Self.refused[name], let node = fields.node("kind") {
            throw node.problem("no plan can judge \(name): \(reason)", fix: "use `ordeal load`")
        }
        // Clients meet on few keys, or nothing is contended; owned keys are many.
        let shared = workloads.first { $0.name == name && $0.sharing != .owned }?.init()
        records = try fields.integer(
            "records",
            in: 1...RecordParameters.largestRecords,
            default: shared?.records ?? 100_000
        )
        valueBytes = try fields.integer(
            "valueBytes",
            in: RecordParameters.valueBytesRange,
            default: shared?.valueBytes ?? 100
        )
        clients = try fields.integer("clients", in: 1...10_000, default: 32)
        workers = try fields.node("workers")?.integer(in: 1...64)
        load = try fields.node("load").map(Self.load) ?? .closed
        let hour = Duration.seconds(3600)
        warmup = try fields.duration("warmup", in: .zero...hour, default: .seconds(2))
        measure = try fields.duration(
            "measure",
            in: .milliseconds(100)...hour * 24,
            default: .seconds(20)
        )
        timeout = try fields.duration("timeout", in: .milliseconds(10)...hour, default: .seconds(2))
        history = try fields.node("history")?.truth() ?? (shared != nil)
        if shared != nil, !history, let node = fields.node("history") {
            throw node.problem(
                "clients of \(kind) share their keys, which only a history can judge",
                fix: "leave `history` out"
            )
        }
        distribution = try fields.node("distribution")?.name(among: distributions.map { $0.name })
        if let workers, workers > clients {
            throw (fields.node("workers") ?? node).problem(
                "\(workers) workers share \(clients) clients",
                fix: "write `workers: \(clients)` or less"
            )
        }
    }

    /// `closed`, or `{ open: 4000/s }`.
    private static func load(_ node: PlanNode) throws(PlanProblem) -> Load {
        let fix = "write `load: closed` or `load: { open: 4000/s }`"
        if case .scalar(let text) = node.value {
            guard text == "closed" else {
                throw node.problem("expected a load, found \(node.kind)", fix: fix)
            }
            return .closed
        }
        let fields = try PlanFields(node, known: ["open"])
        let rate = try fields.required("open", example: "4000/s")
        guard case .scalar(let text) = rate.value, let perSecond = parsedRate(text) else {
            throw rate.problem("expected a rate, found \(rate.kind)", fix: fix)
        }
        guard (0.1...10_000_000).contains(perSecond) else {
            throw rate.problem("\(text) is out of range", fix: "write 0.1/s to 10000000/s")
        }
        return .open(operationsPerSecond: perSecond)
    }
}
