internal import Clusters
internal import Determinism
internal import Histories
internal import Quantities
internal import Workloads

extension WorkloadPlan {
    /// What a matrix may vary.
    static let matrixKeys = [
        "records", "valueBytes", "clients", "workers", "load", "keys", "warmup", "measure",
        "timeout", "history", "keyBytes", "fill", "ttl", "drift",
    ]

    /// - Parameters:
    ///   - system: What it is for.
    ///   - convergence: How long replicas may take to agree once everything is healed.
    init(
        _ node: PlanNode,
        for system: SystemPlan,
        convergence: Duration
    ) throws(PlanProblem) {
        let fields = try PlanFields(
            node,
            known: ["kind", "keyPrefix", "commands"] + Self.matrixKeys
        )
        let kindNode = try fields.required("kind", example: "ycsb-a")
        let name = try kindNode.name(among: workloads.map { $0.name })
        kind = name
        let registered = workloads.first { $0.name == name }
        let sharing = registered?.sharing ?? .owned
        let defaults = registered?.init()
        // Clients meet on few keys, or nothing is contended; owned keys are many.
        let isContended = if case .shared = sharing { true } else { false }
        records = try fields.integer(
            "records",
            in: 1...RecordParameters.largestRecords,
            default: isContended ? defaults?.records ?? 100 : 100_000
        )
        shape = try RecordShape(
            fields,
            valueBytes: isContended ? defaults?.shape.valueBytes ?? .fixed(32) : .fixed(100)
        )
        keys = try fields.node("keys")?.read(AnyDistribution.init(parsing:))
        commands = try Self.commands(fields, kind: name)
        clients = try fields.integer("clients", in: 1...10_000, default: 32)
        workers = try fields.node("workers")?.integer(in: 1...64)
        load = try fields.node("load").map(Load.init) ?? .closed
        let hour = Duration.seconds(3600)
        warmup = try fields.duration("warmup", in: .zero...hour, default: .seconds(2))
        measure = try fields.duration(
            "measure",
            in: .milliseconds(100)...hour * 24,
            default: .seconds(20)
        )
        timeout = try fields.duration("timeout", in: .milliseconds(10)...hour, default: .seconds(2))
        history = try fields.node("history")?.truth() ?? isContended
        if let workers, workers > clients {
            throw (fields.node("workers") ?? node).problem(
                "\(workers) workers share \(clients) clients",
                fix: "write `workers: \(clients)` or less"
            )
        }
        try checkJudgeable(fields, sharing, convergence: convergence)
        let expires = systemsUnderTest.first { $0.name == system.kind }?.keysExpire ?? false
        if shape.lifetime != nil, !expires, let node = fields.node("ttl") {
            throw node.problem(
                "the keys of \(system.kind) do not expire",
                fix: "leave `ttl` out, or measure another server with `ordeal load --ttl`"
            )
        }
    }

    /// The workload that the plan describes.
    var workload: any Workload {
        let registered = workloads.first { $0.name == kind }
        var workload: any Workload =
            commands.isEmpty ? registered?.init() ?? YCSBA() : CommandWorkload(commands)
        workload.records = records
        workload.shape = shape
        if let keys { workload.distribution = keys }
        return workload
    }

    private static func commands(
        _ fields: PlanFields,
        kind: String
    ) throws(PlanProblem) -> [CommandWorkload.Choice] {
        let isNamed = kind == CommandWorkload.name
        guard let node = fields.node("commands") else {
            guard !isNamed else {
                throw fields.missing(
                    "commands",
                    example: "[\"GET __key__@9\", \"INCR n:__key__@1\"]"
                )
            }
            return []
        }
        guard isNamed else {
            throw node.problem(
                "\(kind) has requests of its own",
                fix: "write `kind: \(CommandWorkload.name)`, or leave `commands` out"
            )
        }
        var choices: [CommandWorkload.Choice] = []
        for item in try node.items() {
            choices.append(try item.read(CommandWorkload.Choice.init(parsing:)))
        }
        guard !choices.isEmpty else {
            throw node.problem("no command to send", fix: "write one at least: [\"GET __key__\"]")
        }
        return choices
    }
}

// What a trial's judges can still tell: where they could not, the plan is refused.
extension WorkloadPlan {
    private func checkJudgeable(
        _ fields: PlanFields,
        _ sharing: KeySharing,
        convergence: Duration
    ) throws(PlanProblem) {
        switch sharing {
        case .unjudged: try checkUnjudged(fields)
        case .owned:
            try checkNames(fields)
            try checkLifetime(fields, convergence: convergence)
            try checkHistory(fields)
        case .shared:
            try checkAlike(fields)
            try checkNames(fields)
        }
        try checkSlots(fields)
    }

    private func checkUnjudged(_ fields: PlanFields) throws(PlanProblem) {
        if history, let node = fields.node("history") {
            throw node.problem(
                "no history can be judged: nobody knows what the commands mean",
                fix: "leave `history` out, or take a workload such as ycsb-a"
            )
        }
    }

    private func checkNames(_ fields: PlanFields) throws(PlanProblem) {
        guard !shape.namesWrites else { return }
        let least = shape.valueBytes.least
        throw (fields.node("valueBytes") ?? fields.node).problem(
            "\(least) bytes are too few: the audit tells each write by its value, which takes "
                + "\(WriteStamp.minimumBytes)",
            fix: "write \(WriteStamp.minimumBytes) or more, or measure with `ordeal load`"
        )
    }

    /// What expires looks lost, and no ledger knows when it did; what outlives the audit cannot.
    private func checkLifetime(
        _ fields: PlanFields,
        convergence: Duration
    ) throws(PlanProblem) {
        guard let lifetime = shape.lifetime, let node = fields.node("ttl") else { return }
        // Loading at a slow machine's rate, and the reading of every replica.
        let perRecord = Duration.seconds(Double(records) / 1000)
        let longest = warmup + measure + timeout * 2 + convergence * 2 + perRecord + .seconds(120)
        guard .milliseconds(lifetime.least) < longest else { return }
        let seconds = (longest / .seconds(1)).rounded(.up)
        throw node.problem(
            "a value that expires before the audit has read it looks lost",
            fix:
                "write `ttl: \(durationText(.seconds(seconds)))` or more, or measure with `ordeal load`"
        )
    }

    private func checkHistory(_ fields: PlanFields) throws(PlanProblem) {
        guard history, let reason = historyObstacle else { return }
        throw (fields.node("history") ?? fields.node).problem(reason, fix: "leave `history` out")
    }

    /// Why no history tells what this workload's clients saw; nil where one does.
    var historyObstacle: String? {
        let kinds = Set(workload.mix.shares.map(\.kind))
        if kinds.contains(.readModifyWrite) {
            return "a read-modify-write of \(kind) is two requests, and a history knows single ones"
        }
        if kinds.contains(.scan) {
            return "a scan of \(kind) reads many registers at once, and a history knows single ones"
        }
        if kinds.contains(.command) { return "nobody knows what the commands mean" }
        return nil
    }

    /// Records that clients fight over are laid out by the workload itself.
    private func checkAlike(_ fields: PlanFields) throws(PlanProblem) {
        if !history, let node = fields.node("history") {
            throw node.problem(
                "clients of \(kind) share their keys, which only a history can judge",
                fix: "leave `history` out"
            )
        }
        let key: String
        switch shape.peculiarity {
        case nil: return
        case .names: key = fields.node("keyPrefix") == nil ? "keyBytes" : "keyPrefix"
        case .lengths: key = "valueBytes"
        case .filling: key = "fill"
        case .lifetime: key = "ttl"
        }
        throw (fields.node(key) ?? fields.node).problem(
            "clients of \(kind) share their records, which all look alike",
            fix: key == "valueBytes" ? "write one number of bytes" : "leave `\(key)` out"
        )
    }

    /// A request for several keys is one request only where one node has them all.
    private func checkSlots(_ fields: PlanFields) throws(PlanProblem) {
        guard !shape.sharesSlot else { return }
        let fix = "write `keyPrefix: \"{all}:\"`, which puts every record into one slot"
        if workload.mix.shares.contains(where: { $0.kind == .scan }) {
            throw (fields.node("kind") ?? fields.node).problem(
                "a scan of \(kind) is one MGET, and its keys lie in different slots of the cluster",
                fix: fix
            )
        }
        guard let index = commands.firstIndex(where: \.command.hasSeveralKeys) else { return }
        let items = try fields.node("commands")?.items() ?? []
        throw (items.indices.contains(index) ? items[index] : fields.node).problem(
            "its keys lie in different slots of the cluster",
            fix: fix
        )
    }
}

extension WorkloadPlan {
    /// Refuses gates on what no judge of this workload can say.
    func check(_ gates: [Gate], _ node: PlanNode) throws(PlanProblem) {
        let isUnjudged = !commands.isEmpty
        for gate in gates {
            let reason: String? =
                switch gate.metric {
                case .lostAcknowledgedWrites, .resurrectedWrites, .garbageValues, .disagreeingKeys:
                    isUnjudged ? "no write is judged: nobody knows what the commands mean" : nil
                case .linearizable: historyObstacle
                case .longestOutage, .timeToRecover, .p50, .p99, .p999, .max, .throughput: nil
                }
            guard let reason, case .mapping(let fields) = node.value else { continue }
            let field = fields.first { $0.key == gate.metric.rawValue }
            throw (field?.value ?? node).problem(reason, fix: "leave this gate out")
        }
    }
}
