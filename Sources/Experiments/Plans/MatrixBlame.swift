/// Says of a cell that cannot be whether the plan itself is wrong or a value of its matrix.
struct MatrixBlame {
    private let matrix: Matrix
    private let plan: PlanNode
    private let convergence: Duration

    init(_ matrix: Matrix, _ plan: PlanNode, convergence: Duration) {
        (self.matrix, self.plan, self.convergence) = (matrix, plan, convergence)
    }

    /// The problem of a cell, placed at the matrix's value that brings it where other cells are fine.
    func placed(_ problem: PlanProblem, at point: Matrix.Point) -> PlanProblem {
        guard !point.values.isEmpty, isFineElsewhere else { return problem }
        var placed = problem
        placed.problem += " (cell \(point.name))"
        guard !problem.path.hasPrefix("matrix") else { return placed }
        let alone = point.values.first { !isPossible(Matrix.Point(values: [$0])) }
        guard let guilty = alone ?? point.values.last else { return problem }
        placed.problem = "\(problem.path): \(placed.problem)"
        placed.mark = guilty.node.mark
        placed.path = guilty.node.path
        return placed
    }

    private var isFineElsewhere: Bool {
        isPossible(Matrix.Point(values: [])) || matrix.points.contains(where: isPossible)
    }

    private func isPossible(_ point: Matrix.Point) -> Bool {
        (try? Cell(point, of: plan, convergence: convergence)) != nil
    }
}
