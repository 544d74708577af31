/// Asks whether a store's log holds what only a program that came to grief writes.
public struct NodeLogChecker: Checker {
    public static let name = "node-logs"

    /// How many lines a verdict quotes.
    private static let quoted = 5

    public init() {}

    public func applies(to evidence: TrialEvidence) -> Bool { evidence.logs != nil }

    public func check(_ evidence: TrialEvidence) -> Finding {
        guard let logs = evidence.logs else {
            return Finding(checker: Self.name, verdict: .unknown(["no log was read"]))
        }
        return Finding(
            checker: Self.name,
            verdict: verdict(on: logs),
            seen: "\(logs.lines) lines of \(logs.files) files"
        )
    }

    private func verdict(on logs: LogSearch) -> Verdict {
        guard logs.panics.isEmpty else {
            let lines = logs.panics.prefix(Self.quoted).map { panic in
                "\(panic.file), line \(panic.line) (\"\(panic.pattern)\"): \(panic.text)"
            }
            let more = logs.panics.count - lines.count
            return .invalid(more > 0 ? lines + ["and \(more) more lines"] : lines)
        }
        guard logs.unread.isEmpty else {
            return .unknown(logs.unread.map { "\($0) could not be read" })
        }
        return .valid
    }
}
