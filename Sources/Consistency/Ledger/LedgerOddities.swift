/// A key where a write that was unknown when a newer one was acknowledged stands above the newer.
///
/// Legal for a register if the old write landed late; a rolled-back log looks the same.
public struct Resurrection: Sendable, Hashable, Codable {
    public var key: Int
    /// The old write that is there now.
    public var survivor: UInt32
    public var lastAcknowledged: UInt32
    /// Acknowledged writes it stands above.
    public var covered: Int
    public var acknowledgedAt: Double
    public var follows: FaultJoin?
    public var judgement: LossJudgement
    public var explanation: String

    public init(
        key: Int,
        survivor: UInt32,
        lastAcknowledged: UInt32,
        covered: Int,
        acknowledgedAt: Double,
        follows: FaultJoin?,
        judgement: LossJudgement,
        explanation: String
    ) {
        self.key = key
        self.survivor = survivor
        self.lastAcknowledged = lastAcknowledged
        self.covered = covered
        self.acknowledgedAt = acknowledgedAt
        self.follows = follows
        self.judgement = judgement
        self.explanation = explanation
    }
}

/// A value that no writer can have put there.
public struct GarbageReading: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// Not a stamped value, cut short, mixed, or stored under another key.
        case checksum
        /// A sequence above everything that was issued for the key.
        case neverIssued = "never-issued"
        /// A writer that does not own the key.
        case foreignWriter = "foreign-writer"
        /// A write that the store refused for certain, and applied all the same.
        case refused
    }

    public var key: Int
    public var node: Int
    public var kind: Kind
    public var sequence: UInt32?

    public init(key: Int, node: Int, kind: Kind, sequence: UInt32?) {
        self.key = key
        self.node = node
        self.kind = kind
        self.sequence = sequence
    }

    public var sentence: String {
        let place = "key \(key) on node \(node)"
        let write = sequence.map { "write \($0)" } ?? "a write"
        switch kind {
        case .checksum: return "\(place): not a value of this key"
        case .neverIssued: return "\(place): \(write) was never issued"
        case .foreignWriter: return "\(place): \(write) names a writer that does not own the key"
        case .refused: return "\(place): \(write) was refused, and is there all the same"
        }
    }
}

/// A key whose replicas disagree after the faults were healed and the cluster had time to converge.
public struct Divergence: Sendable, Hashable, Codable {
    public struct Copy: Sendable, Hashable, Codable {
        public var node: Int
        /// The sequence it holds; `nil` if the key is absent there, or holds garbage.
        public var sequence: UInt32?

        public init(node: Int, sequence: UInt32?) {
            self.node = node
            self.sequence = sequence
        }
    }

    public var key: Int
    public var copies: [Copy]

    public init(key: Int, copies: [Copy]) {
        self.key = key
        self.copies = copies
    }

    /// `node 1: write 7, node 2: nothing`.
    public var text: String {
        copies.map { copy in
            "node \(copy.node): \(copy.sequence.map { "write \($0)" } ?? "nothing")"
        }.joined(separator: ", ")
    }
}
