/// Draws one kind of conclusion from a trial's evidence.
///
/// A checker never fails for want of evidence: it answers unknown and says what was missing.
public protocol Checker: Sendable {
    static var name: String { get }
    init()
    /// Whether the trial has what this checker looks at.
    func applies(to evidence: TrialEvidence) -> Bool
    func check(_ evidence: TrialEvidence) -> Finding
}

extension Checker {
    public func applies(to evidence: TrialEvidence) -> Bool { true }
}

/// What a checker concluded.
public struct Finding: Sendable {
    public var checker: String
    public var verdict: Verdict
    /// What a reader should know although it does not change the verdict.
    public var notes: [String]
    /// What it looked at, so that a verdict can be weighed: `312 terms of 64 shards`.
    public var seen: String?
    /// The checker's own figures, `LedgerAccount` or `AvailabilityAccount` for instance.
    public var account: (any Sendable)?

    public init(
        checker: String,
        verdict: Verdict,
        notes: [String] = [],
        seen: String? = nil,
        account: (any Sendable)? = nil
    ) {
        self.checker = checker
        self.verdict = verdict
        self.notes = notes
        self.seen = seen
        self.account = account
    }
}

/// Every checker a run can use, in the order of their findings.
public let checkers: [any Checker.Type] = [
    ProofChecker.self,
    LedgerChecker.self,
    AvailabilityChecker.self,
    HistoryChecker.self,
    ConvergenceChecker.self,
    SinglePrimaryChecker.self,
    ProcessDeathChecker.self,
    NodeLogChecker.self,
]
