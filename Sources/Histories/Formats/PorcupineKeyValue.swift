/// Porcupine's key-value logs: an EDN map a line, with get, put and append of texts.
///
/// A key that nobody wrote reads as the empty text.
public enum PorcupineKeyValue: HistoryFormat {
    public static let name = "porcupine-kv"
    public static let summary = "Porcupine's key-value logs: get, put and append of texts"

    public static func recognizes(path: String, head: [UInt8]) -> Bool {
        FileHead(head).looksLikeEDN && FileHead(head).contains(":key \"")
    }

    public static func read(
        _ input: inout HistoryInput,
        _ subject: HistorySubject
    ) throws(HistoryProblem) -> History {
        try JepsenHistoryReader<EDNReader>.read(&input, .text)
    }

    public static func write(
        _ history: History,
        to output: inout HistoryOutput
    ) throws(HistoryProblem) {
        var writer = PorcupineKeyValueWriter(history)
        try writer.write(to: &output)
    }
}
