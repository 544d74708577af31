/// Asks whether a process of the store ended that no fault had asked to.
///
/// A crash is the store's own doing. What else ends a process, a full disk or somebody's signal for
/// instance, says nothing about the store, and the trial does not count.
public struct ProcessDeathChecker: Checker {
    public static let name = "process-death"

    public init() {}

    public func applies(to evidence: TrialEvidence) -> Bool { evidence.deaths != nil }

    public func check(_ evidence: TrialEvidence) -> Finding {
        guard let deaths = evidence.deaths else {
            return Finding(checker: Self.name, verdict: .unknown(["nobody watched the processes"]))
        }
        let crashes = deaths.filter(\.isCrash)
        let others = deaths.filter { !$0.isCrash }
        let verdict: Verdict =
            if !crashes.isEmpty {
                .invalid(crashes.map { text($0, evidence) })
            } else if !others.isEmpty {
                .void(others.map { text($0, evidence) })
            } else {
                .valid
            }
        return Finding(
            checker: Self.name,
            verdict: verdict,
            notes: crashes.isEmpty ? [] : others.map { text($0, evidence) }
        )
    }

    private func text(_ death: ProcessDeath, _ evidence: TrialEvidence) -> String {
        let time = Seconds.text(death.at - evidence.measurementStart)
        let last = death.log.last.map { ": \($0)" } ?? ""
        let deed = "\(death.deed) at \(time), and no fault had asked it to\(last)"
        return ([deed] + death.log.dropLast()).joined(separator: "\n  | ")
    }
}
