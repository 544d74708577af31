/// Jepsen's `history.edn`: operation maps one after the other, or in one vector or list.
public enum JepsenEDN: HistoryFormat {
    public static let name = "jepsen-edn"
    public static let summary = "Jepsen, Knossos and Elle: operation maps in EDN"

    public static func recognizes(path: String, head: [UInt8]) -> Bool {
        path.hasSuffix(".edn") || FileHead(head).looksLikeEDN
    }

    public static func read(
        _ input: inout HistoryInput,
        _ subject: HistorySubject
    ) throws(HistoryProblem) -> History {
        try JepsenHistoryReader<EDNReader>.read(&input, subject)
    }

    public static func write(
        _ history: History,
        to output: inout HistoryOutput
    ) throws(HistoryProblem) {
        var writer = JepsenWriter(history, EDNText.self)
        try writer.write(to: &output)
    }
}
