/// One value of a plan's text, with the place where it stands, so that every complaint has a line.
struct PlanNode: Sendable {
    var value: Value
    var mark: SourceMark
    /// The keys that lead here, such as `faults[1].at`.
    var path: String

    enum Value: Sendable {
        case scalar(String)
        case sequence([PlanNode])
        case mapping([Field])
    }

    struct Field: Sendable {
        var key: String
        var keyMark: SourceMark
        var value: PlanNode
    }
}

extension PlanNode {
    /// What the value is, in a reader's words.
    var kind: String {
        switch value {
        case .scalar(""): "nothing"
        case .scalar(let text): "\"\(text)\""
        case .sequence: "a list"
        case .mapping: "a block of keys"
        }
    }

    /// A short stable text for names: `closed`, `open:4000/s`.
    var label: String {
        switch value {
        case .scalar(let text): text
        case .sequence(let items): items.map(\.label).joined(separator: "+")
        case .mapping(let fields):
            fields.map { "\($0.key):\($0.value.label)" }.joined(separator: "+")
        }
    }

    func problem(_ problem: String, fix: String) -> PlanProblem {
        // The file and the line's text are filled in where the source is known.
        PlanProblem(file: "", mark: mark, path: path, problem: problem, fix: fix)
    }
}
