public import Faults

/// What became of one fault: a line of the journal.
///
/// Times are nanoseconds of CLOCK_MONOTONIC.
public struct FaultRecord: Sendable, Codable, Equatable {
    /// The fault's number in the schedule.
    public let index: Int
    public let fault: String
    /// Whom the plan named: `primary`; nil where the fault chooses by itself.
    public let target: String?
    public let scheduledAt: UInt64
    /// Whom that was when it struck.
    public internal(set) var victim: Endpoint?
    public internal(set) var actions: [String] = []
    /// When the last of its actions was done; nil where it never struck.
    public internal(set) var appliedAt: UInt64?
    public internal(set) var healScheduledAt: UInt64?
    /// When it was healed, a started process being ready; nil where it has not been.
    public internal(set) var healedAt: UInt64?
    public internal(set) var evidence: [FaultEvidence] = []
    public internal(set) var note: String?
    /// Why it did not strike or heal as it should have.
    public internal(set) var problems: [String] = []

    /// Whether everything was seen that has to be; only then does the run prove anything.
    public var hasEvidence: Bool {
        appliedAt != nil && !evidence.isEmpty && evidence.allSatisfy(\.isSeen)
    }

    /// Every node that the fault touched, in order.
    public internal(set) var touched: [Endpoint] = []
}

/// One reading that says whether a fault happened.
public struct FaultEvidence: Sendable, Codable, Equatable {
    public let expected: ExpectedEvidence
    public let isSeen: Bool
    /// What was read: `312 packets dropped on node-1>node-2`.
    public let reading: String
    /// What every cut link lost, where links were cut.
    public let dropped: [DroppedTraffic]

    init(
        _ expected: ExpectedEvidence,
        isSeen: Bool,
        _ reading: String,
        dropped: [DroppedTraffic] = []
    ) {
        self.expected = expected
        self.isSeen = isSeen
        self.reading = reading
        self.dropped = dropped
    }
}
