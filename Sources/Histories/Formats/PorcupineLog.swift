/// Jepsen's log lines as Porcupine tests with them: `INFO  jepsen.util - 0 :invoke :cas [1 2]`.
///
/// One register, absent at first. That a compare-and-set failed is an observation, the value was
/// another one; what timed out may have happened or not.
public enum PorcupineLog: HistoryFormat {
    public static let name = "porcupine-log"
    public static let summary = "Jepsen's log lines, as Porcupine tests with them: one register"

    public static func recognizes(path: String, head: [UInt8]) -> Bool {
        FileHead(head).contains("jepsen.util - ")
    }

    public static func read(
        _ input: inout HistoryInput,
        _ subject: HistorySubject
    ) throws(HistoryProblem) -> History {
        var reader = PorcupineLogReader()
        while let line = try input.nextLine() {
            do throws(FormStop) {
                try reader.take(line, of: input.bytes)
            } catch {
                guard case .fault(let kind, let place) = error else { continue }
                throw input.problem(kind, at: place)
            }
        }
        return reader.history
    }

    public static func write(
        _ history: History,
        to output: inout HistoryOutput
    ) throws(HistoryProblem) {
        var writer = PorcupineLogWriter(history)
        try writer.write(to: &output)
    }
}
