public import Consistency

/// What clients could rely on, in one line.
public enum SessionText {
    /// `12 of 4,000 reads were stale, by 3 ms (median), 40 ms (99 %), 52 ms (worst) and 1, 3, 4 versions;
    /// monotonic-reads 2 of 1,800`.
    public static func sentence(_ sessions: SessionSummary) -> String {
        var text =
            "\(Figure.count(sessions.staleReads)) of \(Figure.count(sessions.reads)) reads were stale"
        if let time = sessions.staleMilliseconds, let versions = sessions.staleVersions {
            let times = [(time.half, "median"), (time.ninetyNine, "99 %"), (time.worst, "worst")]
                .map { "\(Figure.duration($0.0 / 1000)) (\($0.1))" }.joined(separator: ", ")
            let counts = [versions.half, versions.ninetyNine, versions.worst]
                .map { Figure.count(Int($0)) }.joined(separator: ", ")
            text += ", by \(times) and \(counts) versions"
        }
        let broken = sessions.guarantees.filter { $0.violated > 0 }.map { figures in
            "\(figures.guarantee.rawValue) \(Figure.count(figures.violated)) of "
                + Figure.count(figures.checked)
        }
        return ([text] + broken).joined(separator: "; ")
    }
}
