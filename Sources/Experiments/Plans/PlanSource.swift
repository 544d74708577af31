import Yams

/// A plan's text and the tree that it spells.
///
/// Yams parses; the decoding is ours, because `Codable` forgets the lines.
struct PlanSource: Sendable {
    let file: String
    let text: String
    let root: PlanNode

    init(file: String, text: String) throws(PlanProblem) {
        self.file = file
        self.text = text
        do {
            guard let node = try Yams.compose(yaml: text) else {
                throw PlanProblem(
                    file: file,
                    mark: nil,
                    path: "",
                    problem: "the plan is empty",
                    fix: "start from chaos/quick.yaml"
                )
            }
            root = try Self.convert(node, path: "")
        } catch {
            throw Self.problem(of: error, file: file, text: text)
        }
    }

    /// Completes a problem found in this source with its file and the marked line.
    func located(_ problem: PlanProblem) -> PlanProblem {
        var problem = problem
        problem.file = file
        if let mark = problem.mark { problem.sourceLine = Self.line(mark.line, of: text) }
        return problem
    }

    private static func convert(_ node: Node, path: String) throws(PlanProblem) -> PlanNode {
        let mark = node.mark.map(SourceMark.init) ?? SourceMark(line: 1, column: 1)
        switch node {
        case .scalar(let scalar):
            return PlanNode(value: .scalar(scalar.string), mark: mark, path: path)
        case .sequence(let sequence):
            var items: [PlanNode] = []
            for (index, item) in sequence.enumerated() {
                items.append(try convert(item, path: "\(path)[\(index)]"))
            }
            return PlanNode(value: .sequence(items), mark: mark, path: path)
        case .mapping(let mapping):
            var fields: [PlanNode.Field] = []
            for (key, value) in mapping {
                fields.append(try field(key: key, value: value, path: path))
            }
            return PlanNode(value: .mapping(fields), mark: mark, path: path)
        case .alias:
            throw PlanProblem(
                file: "",
                mark: mark,
                path: path,
                problem: "an alias that names nothing",
                fix: "write the value out"
            )
        }
    }

    private static func field(
        key: Node,
        value: Node,
        path: String
    ) throws(PlanProblem) -> PlanNode.Field {
        let mark = key.mark.map(SourceMark.init) ?? SourceMark(line: 1, column: 1)
        guard case .scalar(let scalar) = key else {
            throw PlanProblem(
                file: "",
                mark: mark,
                path: path,
                problem: "a key must be a word",
                fix: "write `key: value`"
            )
        }
        let valuePath = path.isEmpty ? scalar.string : "\(path).\(scalar.string)"
        return PlanNode.Field(
            key: scalar.string,
            keyMark: mark,
            value: try convert(value, path: valuePath)
        )
    }
}

extension SourceMark {
    init(_ mark: Mark) {
        self.init(line: mark.line, column: mark.column)
    }
}

// Complaints of the YAML parser, put in the plan's terms.
extension PlanSource {
    private static func problem(of error: any Error, file: String, text: String) -> PlanProblem {
        if var problem = error as? PlanProblem {
            problem.file = file
            if let mark = problem.mark { problem.sourceLine = line(mark.line, of: text) }
            return problem
        }
        var mark: SourceMark?
        var words = "\(error)"
        var fix = "mind the indentation, and the quotes around values with : or {"
        switch error as? YamlError {
        case .scanner(_, let problem, let place, _), .parser(_, let problem, let place, _),
            .composer(_, let problem, let place, _):
            mark = SourceMark(place)
            words = "not YAML: \(problem)"
        case .reader(let problem, let offset, _, _):
            mark = offset.map { markOfOffset($0, in: text) }
            words = "not YAML: \(problem)"
        case .duplicatedKeysInMapping(let duplicates, let context):
            let key = duplicates.first ?? ""
            mark = markOfSecond(key, after: context.mark.line, in: text)
            words = "the key \"\(key)\" is given twice"
            fix = "remove one of them"
        default:
            break
        }
        return PlanProblem(
            file: file,
            mark: mark,
            path: "",
            problem: words,
            fix: fix,
            sourceLine: mark.flatMap { line($0.line, of: text) }
        )
    }

    private static func line(_ number: Int, of text: String) -> String? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.indices.contains(number - 1) ? String(lines[number - 1]) : nil
    }

    private static func markOfOffset(_ offset: Int, in text: String) -> SourceMark {
        let before = text.prefix(offset)
        let line = before.count { $0.isNewline } + 1
        let column = before.reversed().prefix { !$0.isNewline }.count + 1
        return SourceMark(line: line, column: column)
    }

    /// Yams says in which mapping a key stands twice; the second one is looked for in the text.
    private static func markOfSecond(
        _ key: String,
        after firstLine: Int,
        in text: String
    ) -> SourceMark {
        var seen = 0
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated().dropFirst(max(0, firstLine - 1)) {
            var rest = line
            while let found = rest.firstRange(of: "\(key):") {
                let before = line[..<found.lowerBound].last
                rest = rest[found.upperBound...]
                guard before.map({ " \t,{\"'".contains($0) }) ?? true else { continue }
                seen += 1
                guard seen == 2 else { continue }
                let column = line.distance(from: line.startIndex, to: found.lowerBound) + 1
                return SourceMark(line: index + 1, column: column)
            }
        }
        return SourceMark(line: firstLine, column: 1)
    }
}
