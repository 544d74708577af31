/// The values that a plan tries, and every combination of them.
struct Matrix {
    var axes: [(key: String, values: [PlanNode])]

    /// One value for each axis.
    struct Point {
        var values: [(key: String, node: PlanNode)]
    }

    /// Enough for every scheme, mode and durability; a night has no room for more.
    static let mostCells = 10_000

    /// A bare key means the system's or the workload's key of that name.
    private static let keys: [(key: String, block: String)] =
        SystemPlan.matrixKeys.map { ($0, "system") }
        + WorkloadPlan.matrixKeys.map { ($0, "workload") }

    init(_ node: PlanNode?) throws(PlanProblem) {
        axes = []
        guard let node else { return }
        let fields = try PlanFields(node, known: Self.keys.map(\.key))
        var cells = 1
        for (key, _) in Self.keys where fields.node(key) != nil {
            guard let values = try fields.node(key)?.items() else { continue }
            try Self.check(values, of: key, in: fields)
            cells *= values.count
            guard cells <= Self.mostCells else {
                throw node.problem(
                    "more than \(Self.mostCells) cells",
                    fix: "split the plan, or run fewer values"
                )
            }
            axes.append((key, values))
        }
        // The plan's own order names the cells.
        guard case .mapping(let written) = node.value else { return }
        let order = written.map(\.key)
        axes.sort { first, second in
            (order.firstIndex(of: first.key) ?? 0) < (order.firstIndex(of: second.key) ?? 0)
        }
    }

    private static func check(
        _ values: [PlanNode],
        of key: String,
        in fields: PlanFields
    ) throws(PlanProblem) {
        if values.isEmpty, let node = fields.node(key) {
            throw node.problem("no value to try", fix: "write at least one, or drop the key")
        }
        for (index, value) in values.enumerated()
        where values[..<index].contains(where: { $0.label == value.label }) {
            throw value.problem("\(value.label) is tried twice", fix: "remove one; see `repeat`")
        }
    }

    var points: [Point] {
        axes.reduce([Point(values: [])]) { points, axis in
            points.flatMap { point in
                axis.values.map { Point(values: point.values + [(axis.key, $0)]) }
            }
        }
    }
}

extension Matrix.Point {
    var name: String {
        values.isEmpty
            ? "single" : values.map { "\($0.key)=\($0.node.label)" }.joined(separator: ",")
    }

    var parameters: [Cell.Parameter] {
        values.map { Cell.Parameter(key: $0.key, value: $0.node.label) }
    }

    /// The plan with this point's values in place; they keep their marks, so that a complaint about
    /// one points at the matrix.
    func applied(to root: PlanNode) throws(PlanProblem) -> PlanNode {
        var root = root
        for (key, node) in values {
            let block = SystemPlan.matrixKeys.contains(key) ? "system" : "workload"
            root = root.setting(block: block, key: key, to: node)
        }
        return root
    }
}

extension PlanNode {
    fileprivate func setting(block: String, key: String, to node: PlanNode) -> PlanNode {
        guard case .mapping(var fields) = value,
            let index = fields.firstIndex(where: { $0.key == block }),
            case .mapping(var inner) = fields[index].value.value
        else { return self }
        let field = Field(key: key, keyMark: node.mark, value: node)
        if let old = inner.firstIndex(where: { $0.key == key }) {
            inner[old] = field
        } else {
            inner.append(field)
        }
        fields[index].value.value = .mapping(inner)
        var copy = self
        copy.value = .mapping(fields)
        return copy
    }
}
