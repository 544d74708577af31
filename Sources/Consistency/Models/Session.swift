public import Histories

/// Registers with unique values: what each client may rely on, and how stale its reads were.
///
/// Read your writes, monotonic reads, monotonic writes and writes follow reads (Terry and others,
/// PDIS 1994) by key, the order of versions being that of time where one write ended before the
/// other began; and causal consistency across keys (Biswas and Enea, OOPSLA 2019).
public enum Session: HistoryModel {
    public static let name = "session"
    public static let summary = "session guarantees, causal consistency and staleness of registers"

    public static func check(_ history: History, _ options: CheckOptions) -> Conclusion {
        var figures = SessionFigures()
        if let keys = SessionFigures.Keys(history, options) {
            for key in keys.all { figures.add(keys.figures(of: key)) }
        }
        return SessionJudge(history: history, options: options, figures: figures).conclusion()
    }
}
