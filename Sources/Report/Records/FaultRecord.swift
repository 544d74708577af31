/// One fault of a trial, as the journal has it.
public struct FaultRecord: Sendable, Hashable, Codable {
    /// A reading that proves that the fault bit: packets dropped, processes ended.
    public struct Evidence: Sendable, Hashable, Codable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }

        /// The reading, with its name where it does not say itself what was read.
        var sentence: String {
            let subject = name.split(separator: " ").first ?? ""
            return value.contains(name) || value.hasPrefix(subject) ? value : "\(name): \(value)"
        }
    }

    public enum Outcome: String, Sendable, Hashable, Codable {
        /// Scheduled, and its time has not come.
        case pending
        case applied
        case healed
        /// Applying or healing it did not work.
        case failed
    }

    /// The kind, as in the plan: `machine-crash`.
    public var fault: String
    /// As in the plan: `primary`.
    public var target: String
    /// What the target came to when it fired: `node 3 (primary of 52 shards)`.
    public var resolvedTarget: String?
    /// The nodes it touched.
    public var nodes: [Int]
    public var scheduledAt: Double
    public var appliedAt: Double?
    /// `nil` for a fault that is never healed, or was not yet.
    public var healedAt: Double?
    public var evidence: [Evidence]
    public var outcome: Outcome
    /// What went wrong, or what a reader should know.
    public var detail: String?

    public init(
        fault: String,
        target: String,
        resolvedTarget: String? = nil,
        nodes: [Int] = [],
        scheduledAt: Double,
        appliedAt: Double? = nil,
        healedAt: Double? = nil,
        evidence: [Evidence] = [],
        outcome: Outcome = .pending,
        detail: String? = nil
    ) {
        self.fault = fault
        self.target = target
        self.resolvedTarget = resolvedTarget
        self.nodes = nodes
        self.scheduledAt = scheduledAt
        self.appliedAt = appliedAt
        self.healedAt = healedAt
        self.evidence = evidence
        self.outcome = outcome
        self.detail = detail
    }
}
