public import Consistency
internal import Histories

/// The results of checks as one JSON object.
public enum CheckJSON {
    public static let schema: Int64 = 1

    public static func value(of files: [FileConclusion]) -> JSONValue {
        .object([
            JSONValue.Member("schema", .integer(schema)),
            JSONValue.Member("exit_code", .integer(Int64(ExitCode(of: files).rawValue))),
            JSONValue.Member("results", .array(files.map(result))),
        ])
    }

    private static func result(_ file: FileConclusion) -> JSONValue {
        var members = [
            JSONValue.Member("file", .string(file.file)),
            JSONValue.Member("format", file.format.map(JSONValue.string) ?? .null),
            JSONValue.Member("model", .string(file.model)),
            JSONValue.Member("verdict", .string(file.verdictName)),
            JSONValue.Member("exit_code", .integer(Int64(file.exitCode.rawValue))),
        ]
        switch file.result {
        case .checked(let checked): members += self.members(file, checked)
        case .unreadable(let problem):
            members.append(JSONValue.Member("error", .string(problem.kind.description)))
            if let position = problem.position {
                members += [
                    JSONValue.Member("line", .integer(Int64(position.line))),
                    JSONValue.Member("column", .integer(Int64(position.column))),
                    JSONValue.Member("byte", .integer(Int64(position.byte))),
                ]
            }
        }
        return .object(members)
    }

    private static func members(
        _ file: FileConclusion,
        _ checked: FileConclusion.Checked
    ) -> [JSONValue.Member] {
        let conclusion = checked.conclusion
        let examples = zip(conclusion.counterexamples, checked.keyNames).map(counterexample)
        return [
            JSONValue.Member("level", conclusion.level.map(JSONValue.string) ?? .null),
            JSONValue.Member("reasons", texts(conclusion.verdict.reasons)),
            JSONValue.Member("counterexamples", .array(examples)),
            JSONValue.Member("notes", texts(file.notes + conclusion.notes)),
            JSONValue.Member("operations", .integer(Int64(checked.operations))),
            JSONValue.Member("operations_with_a_say", .integer(Int64(conclusion.operations))),
            JSONValue.Member("keys", .integer(Int64(checked.keys))),
            JSONValue.Member("states", .integer(Int64(conclusion.spent.states))),
            JSONValue.Member("state_bytes", .integer(Int64(conclusion.spent.bytes))),
            JSONValue.Member("budget_states", .integer(Int64(file.budget.states))),
            JSONValue.Member("budget_bytes", .integer(Int64(file.budget.bytes))),
            JSONValue.Member("reading_seconds", .number(file.readingSeconds)),
            JSONValue.Member("checking_seconds", .number(file.checkingSeconds)),
        ]
    }

    private static func counterexample(_ example: Counterexample, _ key: String?) -> JSONValue {
        .object([
            JSONValue.Member("anomaly", .string(example.anomaly)),
            JSONValue.Member("key", key.map(JSONValue.string) ?? .null),
            JSONValue.Member("operations", .array(example.operations.map { .integer(Int64($0)) })),
            JSONValue.Member("lines", texts(example.lines)),
        ])
    }

    private static func texts(_ texts: [String]) -> JSONValue {
        .array(texts.map(JSONValue.string))
    }
}
