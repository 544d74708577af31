/// Asks whether the trial proves anything: enough successes, and faults that demonstrably bit.
public struct ProofChecker: Checker {
    public static let name = "proof"

    /// With fewer successes than this, that nothing broke means nothing.
    public static let minimumOperations = 100

    public init() {}

    public func check(_ evidence: TrialEvidence) -> Finding {
        var doubts: [String] = []
        if evidence.okOperations < Self.minimumOperations {
            doubts.append(
                "only \(evidence.okOperations) operations succeeded; "
                    + "\(Self.minimumOperations) are needed to prove anything"
            )
        }
        for fault in evidence.faults {
            if fault.appliedAt == nil {
                doubts.append("\(fault.name) was never applied")
            } else if !fault.hasEvidence {
                doubts.append("\(fault.name) left no evidence that it bit")
            }
        }
        return Finding(
            checker: Self.name,
            verdict: doubts.isEmpty ? .valid : .unknown(doubts),
            seen: "\(evidence.okOperations) operations, \(evidence.faults.count) faults"
        )
    }
}
