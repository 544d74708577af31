import Consistency
import Testing

@Suite struct ProofCheckerTests {
    private func verdict(operations: Int, applied: Int64?, evidence: Bool) -> Verdict {
        let fault = FaultMark(
            name: "cut",
            appliedAt: applied,
            healedAt: nil,
            nodes: [],
            hasEvidence: evidence
        )
        return ProofChecker().check(
            TrialEvidence(
                measurementStart: 0,
                measurementEnd: 1,
                okOperations: operations,
                faults: [fault]
            )
        ).verdict
    }

    @Test func `successes and evidence prove something, and either missing proves nothing`() {
        #expect(verdict(operations: 5000, applied: 1, evidence: true) == .valid)
        #expect(verdict(operations: 3, applied: 1, evidence: true).name == "unknown")
        #expect(verdict(operations: 5000, applied: nil, evidence: true).name == "unknown")
        #expect(verdict(operations: 5000, applied: 1, evidence: false).name == "unknown")
    }

    @Test func `every registered checker answers to no evidence at all without proving anything`() {
        let nothing = TrialEvidence(measurementStart: 0, measurementEnd: 0)
        for checker in checkers {
            #expect(checker.init().check(nothing).verdict.name == "unknown", "\(checker.name)")
        }
        #expect(Set(checkers.map { $0.name }).count == checkers.count)
    }
}
