internal import Quantities

/// Reads one block of keys, once and strictly: a key that nobody knows is an error.
struct PlanFields {
    let node: PlanNode
    private let fields: [PlanNode.Field]

    /// - Parameter known: Every key that may stand here; the error for any other lists them.
    init(_ node: PlanNode, known: [String]) throws(PlanProblem) {
        guard case .mapping(let fields) = node.value else {
            throw node.problem(
                "expected a block of keys, found \(node.kind)",
                fix: "its keys: \(known.joined(separator: ", "))"
            )
        }
        for field in fields where !known.contains(field.key) {
            throw PlanProblem(
                file: "",
                mark: field.keyMark,
                path: field.value.path,
                problem: "unknown key \"\(field.key)\"",
                fix: suggestion(for: field.key, among: known, what: "keys")
            )
        }
        self.node = node
        self.fields = fields
    }

    /// How many keys are given.
    var count: Int { fields.count }

    func node(_ key: String) -> PlanNode? {
        fields.first { $0.key == key }?.value
    }

    func required(_ key: String, example: String) throws(PlanProblem) -> PlanNode {
        guard let found = node(key) else { throw missing(key, example: example) }
        return found
    }

    func missing(_ key: String, example: String) -> PlanProblem {
        PlanProblem(
            file: "",
            mark: node.mark,
            path: node.path.isEmpty ? key : "\(node.path).\(key)",
            problem: "missing",
            fix: "add `\(key): \(example)`"
        )
    }

    func text(_ key: String) throws(PlanProblem) -> String? {
        try node(key)?.text()
    }

    func name(
        _ key: String,
        among names: [String],
        default fallback: String
    ) throws(PlanProblem) -> String {
        try node(key)?.name(among: names) ?? fallback
    }

    func integer(
        _ key: String,
        in range: ClosedRange<Int>,
        default fallback: Int
    ) throws(PlanProblem) -> Int {
        try node(key)?.integer(in: range) ?? fallback
    }

    func duration(
        _ key: String,
        in range: ClosedRange<Duration>,
        default fallback: Duration
    ) throws(PlanProblem) -> Duration {
        try node(key)?.duration(in: range) ?? fallback
    }

    func duration(
        _ key: String,
        in range: ClosedRange<Duration>
    ) throws(PlanProblem) -> Duration? {
        try node(key)?.duration(in: range)
    }
}

// Scalars.
extension PlanNode {
    func text() throws(PlanProblem) -> String {
        guard case .scalar(let text) = value, !text.isEmpty else {
            throw problem("expected a text, found \(kind)", fix: "write one word or a quoted text")
        }
        return text
    }

    func name(among names: [String]) throws(PlanProblem) -> String {
        let text = try text()
        guard names.contains(text) else {
            throw problem(
                "unknown name \"\(text)\"",
                fix: suggestion(for: text, among: names, what: "names")
            )
        }
        return text
    }

    /// A whole number; `_` may group its digits.
    func integer(in range: ClosedRange<Int>) throws(PlanProblem) -> Int {
        guard case .scalar(let text) = value,
            let number = Int(text.filter { $0 != "_" })
        else {
            throw problem("expected a whole number, found \(kind)", fix: bounds(range))
        }
        guard range.contains(number) else {
            throw problem("\(number) is out of range", fix: bounds(range))
        }
        return number
    }

    func truth() throws(PlanProblem) -> Bool {
        guard case .scalar(let text) = value, text == "true" || text == "false" else {
            throw problem("expected true or false, found \(kind)", fix: "write true or false")
        }
        return text == "true"
    }

    /// A 64-bit seed.
    func seed() throws(PlanProblem) -> UInt64 {
        guard case .scalar(let text) = value, let number = UInt64(text) else {
            throw problem(
                "expected a seed, found \(kind)",
                fix: "write a whole number from 0 to \(UInt64.max)"
            )
        }
        return number
    }

    func duration(in range: ClosedRange<Duration>) throws(PlanProblem) -> Duration {
        let bounds = "\(durationText(range.lowerBound)) to \(durationText(range.upperBound))"
        guard case .scalar(let text) = value, isDuration(text) else {
            throw problem(
                "expected a duration, found \(kind)",
                fix: "write 5s, 250ms or 1m, from \(bounds)"
            )
        }
        // One that is too long to be represented is out of any range.
        guard let duration = parsedDuration(text), range.contains(duration) else {
            throw problem("\(text) is out of range", fix: "write \(bounds)")
        }
        return duration
    }

    func items() throws(PlanProblem) -> [PlanNode] {
        guard case .sequence(let items) = value else {
            throw problem("expected a list, found \(kind)", fix: "write [a, b] or one `- ` a line")
        }
        return items
    }

    private func bounds(_ range: ClosedRange<Int>) -> String {
        range.upperBound == .max
            ? "write \(range.lowerBound) or more"
            : "write \(range.lowerBound) to \(range.upperBound)"
    }
}
