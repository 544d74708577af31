/// The matrix dimensions as columns: one a parameter, or the cell's name where there is no matrix.
struct ParameterColumns {
    let names: [String]
    private let parameters: [String]

    init(_ cells: [CellRecord]) {
        var found: [String] = []
        for parameter in cells.flatMap(\.parameters) where !found.contains(parameter.name) {
            found.append(parameter.name)
        }
        parameters = found
        names = found.isEmpty ? ["cell"] : found
    }

    func values(of cell: CellRecord) -> [String] {
        guard !parameters.isEmpty else { return [cell.name] }
        return parameters.map { name in
            cell.parameters.first { $0.name == name }?.value ?? Figure.missing
        }
    }
}
