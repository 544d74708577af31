internal import Histories
internal import Quantities
internal import Workloads

extension RecordShape {
    /// What a plan says of its records.
    init(_ fields: PlanFields, valueBytes standard: AmountLaw) throws(PlanProblem) {
        self.init(valueBytes: standard)
        if let node = fields.node("valueBytes") {
            valueBytes = try node.read(grouped(Self.valueBytes(parsing:)))
        }
        if let node = fields.node("keyBytes") {
            keyBytes = try node.read(grouped(Self.keyBytes(parsing:)))
        }
        if let node = fields.node("keyPrefix") {
            keyPrefix = try node.read(Self.prefix(parsing:))
        }
        if let node = fields.node("fill") { filling = try node.read(ValueFilling.init(parsing:)) }
        if let node = fields.node("ttl") { lifetime = try node.read(Self.lifetime(parsing:)) }
        if let node = fields.node("drift") { drift = try node.read(Self.drift(parsing:)) }
    }
}

/// Reads numbers whose digits `_` may group.
private func grouped(
    _ parse: @escaping (String) throws(WordingProblem) -> AmountLaw
) -> (String) throws(WordingProblem) -> AmountLaw {
    { (text) throws(WordingProblem) in try parse(text.filter { $0 != "_" }) }
}

extension PlanNode {
    /// Reads a text that has a form of its own.
    func read<Value>(
        _ parse: (String) throws(WordingProblem) -> Value
    ) throws(PlanProblem) -> Value {
        let text = try text()
        do throws(WordingProblem) {
            return try parse(text)
        } catch {
            throw problem(error.problem, fix: error.fix)
        }
    }
}
