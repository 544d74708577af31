/// AWDIT's text: sessions of transactions of reads and writes, in no order but each session's own.
///
/// `w 3 1` writes 1 to key 3 and `r 3 1` reads it; `-----` begins the session's next transaction,
/// `=====` the next session. Every transaction is committed.
public enum AWDITText: HistoryFormat {
    public static let name = "awdit"
    public static let summary = "AWDIT's text: sessions of transactions of reads and writes"

    public static func recognizes(path: String, head: [UInt8]) -> Bool {
        FileHead(head).looksLikeSessions
    }

    public static func read(
        _ input: inout HistoryInput,
        _ subject: HistorySubject
    ) throws(HistoryProblem) -> History {
        var reader = AWDITReader()
        while let line = try input.nextLine() {
            do throws(FormStop) {
                try reader.take(line, of: input.bytes)
            } catch {
                guard case .fault(let kind, let place) = error else { continue }
                throw input.problem(kind, at: place)
            }
        }
        return reader.finish()
    }

    public static func write(
        _ history: History,
        to output: inout HistoryOutput
    ) throws(HistoryProblem) {
        try AWDITWriter(history).write(to: &output)
        if history.clock != .sessions {
            output.notes.append(
                "awdit has no times: the order between processes is left out, so what only "
                    + "contradicts that order is valid in the result"
            )
        }
        let failed = history.operations.count { $0.outcome == .failed }
        if failed > 0 {
            output.notes.append("\(failed) operations that failed are left out: awdit has none")
        }
    }
}
