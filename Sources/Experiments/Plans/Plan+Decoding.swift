extension Plan {
    /// Reads and checks a plan; nothing is started for one that cannot be carried out.
    ///
    /// - Parameters:
    ///   - file: How the user named it, for the errors.
    ///   - seed: Takes the place of the plan's own.
    public init(
        file: String,
        text: String,
        seed: UInt64? = nil
    ) throws(PlanProblem) {
        let source = try PlanSource(file: file, text: text)
        do {
            try self.init(source: source, seed: seed)
        } catch {
            throw source.located(error)
        }
    }

    private static let keys = [
        "plan", "seed", "system", "matrix", "repeat", "workload", "faults", "gates", "fabric",
        "convergence",
    ]

    private init(source: PlanSource, seed: UInt64?) throws(PlanProblem) {
        let fields = try PlanFields(source.root, known: Self.keys)
        name = try Self.name(of: fields)
        let planned = try fields.node("seed")?.seed()
        self.seed = seed ?? planned ?? 1
        repetitions = try fields.integer("repeat", in: 1...1000, default: 1)
        fabric = try Self.fabric(of: fields)
        convergenceBound = try fields.duration(
            "convergence",
            in: .seconds(1)...(.seconds(600)),
            default: .seconds(30)
        )
        self.source = source.text

        let matrix = try Matrix(fields.node("matrix"))
        axes = matrix.axes.map { axis in
            Axis(key: axis.key, values: axis.values.map(\.label))
        }
        cells = []
        for point in matrix.points {
            do throws(PlanProblem) {
                cells.append(try Cell(point, of: source.root, convergence: convergenceBound))
            } catch {
                throw MatrixBlame(matrix, source.root, convergence: convergenceBound)
                    .placed(error, at: point)
            }
        }
    }

    private static func name(of fields: PlanFields) throws(PlanProblem) -> String {
        let node = try fields.required("plan", example: "failover-matrix")
        let name = try node.text()
        let isPlain = name.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0))
        }
        guard isPlain, name.utf8.count <= 60, !name.hasPrefix(".") else {
            throw node.problem(
                "\"\(name)\" cannot name a folder",
                fix: "use letters, digits and - (60 at most)"
            )
        }
        return name
    }

    private static func fabric(of fields: PlanFields) throws(PlanProblem) -> FabricChoice {
        let names = FabricChoice.allCases.map(\.rawValue)
        let name = try fields.name("fabric", among: names, default: FabricChoice.auto.rawValue)
        return FabricChoice(rawValue: name) ?? .auto
    }
}

extension Cell {
    /// The cell of a matrix's point, from the whole plan.
    init(
        _ point: Matrix.Point,
        of plan: PlanNode,
        convergence: Duration
    ) throws(PlanProblem) {
        let root = try point.applied(to: plan)
        name = point.name
        parameters = point.parameters
        guard case .mapping(let fields) = root.value else {
            throw root.problem("expected a block of keys", fix: "start with `plan: name`")
        }
        func node(_ key: String, example: String) throws(PlanProblem) -> PlanNode {
            if let found = fields.first(where: { $0.key == key }) { return found.value }
            throw PlanProblem(
                file: "",
                mark: root.mark,
                path: key,
                problem: "missing",
                fix: "add `\(key): \(example)`"
            )
        }
        let system = try SystemPlan(
            node("system", example: "{ kind: keel, nodes: 5, replicas: 3 }")
        )
        var workload = try WorkloadPlan(
            node("workload", example: "{ kind: ycsb-a, clients: 32, measure: 20s }"),
            for: system,
            convergence: convergence
        )
        faults = try FaultPlan.list(
            fields.first { $0.key == "faults" }?.value,
            system: system,
            workload: workload,
            convergence: convergence
        )
        let gatesNode = fields.first { $0.key == "gates" }?.value
        gates = try Gate.list(gatesNode)
        if let gatesNode { try workload.check(gates, gatesNode) }
        // A gate on what the clients were told needs what they were told.
        if gates.contains(where: { $0.metric == .linearizable }) { workload.history = true }
        self.system = system
        self.workload = workload
    }
}
