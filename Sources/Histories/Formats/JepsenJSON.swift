/// Jepsen's operation maps in JSON, as elle-cli reads them: an array of objects, or one a line.
public enum JepsenJSON: HistoryFormat {
    public static let name = "jepsen-json"
    public static let summary = "the same as jepsen-edn, in JSON"

    public static func recognizes(path: String, head: [UInt8]) -> Bool {
        path.hasSuffix(".json") || path.hasSuffix(".jsonl") || FileHead(head).looksLikeJSON
    }

    public static func read(
        _ input: inout HistoryInput,
        _ subject: HistorySubject
    ) throws(HistoryProblem) -> History {
        try JepsenHistoryReader<JSONReader>.read(&input, subject)
    }

    public static func write(
        _ history: History,
        to output: inout HistoryOutput
    ) throws(HistoryProblem) {
        var writer = JepsenWriter(history, JSONForm.self)
        try writer.write(to: &output)
    }
}
