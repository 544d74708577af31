/// The acknowledged writes of one key that are gone.
public struct Loss: Sendable, Hashable, Codable {
    public var key: Int
    /// The sequence that is there instead; `nil` if the key is absent.
    public var survivor: UInt32?
    /// The least and greatest acknowledged sequence that is lost.
    public var firstLost: UInt32
    public var lastLost: UInt32
    /// Lost acknowledged writes; unknown and refused ones in between are not among them.
    public var count: Int
    /// When the first lost write was acknowledged; `nil` where only the last one's time is known.
    public var firstAcknowledgedAt: Double?
    /// When the last lost write was acknowledged.
    public var acknowledgedAt: Double
    public var follows: FaultJoin?
    public var judgement: LossJudgement
    public var explanation: String

    public init(
        key: Int,
        survivor: UInt32?,
        firstLost: UInt32,
        lastLost: UInt32,
        count: Int,
        firstAcknowledgedAt: Double?,
        acknowledgedAt: Double,
        follows: FaultJoin?,
        judgement: LossJudgement,
        explanation: String
    ) {
        self.key = key
        self.survivor = survivor
        self.firstLost = firstLost
        self.lastLost = lastLost
        self.count = count
        self.firstAcknowledgedAt = firstAcknowledgedAt
        self.acknowledgedAt = acknowledgedAt
        self.follows = follows
        self.judgement = judgement
        self.explanation = explanation
    }

    /// The loss in one sentence, as evidence.
    public var sentence: String {
        let writes =
            count == 1 ? "write \(lastLost)" : "\(Count.text(count)) writes up to \(lastLost)"
        let stands = survivor.map { "write \($0) stands there" } ?? "the key is absent"
        let fault = follows.map { ", \($0.sentence)" } ?? ""
        let time = Seconds.text(acknowledgedAt)
        return "key \(key): \(writes), acknowledged at \(time)\(fault); \(stands) "
            + "(\(explanation))"
    }
}

/// What the replication mode's promise says about a loss.
public enum LossJudgement: String, Sendable, Hashable, Codable, CaseIterable {
    /// The promise covered the write: the mode broke its word.
    case violation
    /// The promise allows this loss: more copies were lost than the mode survives, or the write was
    /// in the suffix that an asynchronous term change may drop.
    case outsidePromise = "outside-promise"
    /// What is known does not decide it.
    case undecided
}

/// Which fault a loss follows, and by how much.
public struct FaultJoin: Sendable, Hashable, Codable {
    public enum Relation: String, Sendable, Hashable, Codable {
        /// Acknowledged while the fault was active.
        case during
        /// Acknowledged shortly before the fault struck.
        case before
        /// Acknowledged after the fault was healed.
        case after
    }

    /// The fault's position in the journal, from 0.
    public var fault: Int
    public var name: String
    public var relation: Relation
    /// Seconds between acknowledgement and the fault's applied time, never negative.
    public var lag: Double

    public init(fault: Int, name: String, relation: Relation, lag: Double) {
        self.fault = fault
        self.name = name
        self.relation = relation
        self.lag = lag
    }

    /// As in `0.040 s before machine-crash of node 3`.
    public var sentence: String {
        switch relation {
        case .before: "\(Seconds.text(lag)) before \(name)"
        case .during: "\(Seconds.text(lag)) into \(name)"
        case .after: "\(Seconds.text(lag)) after \(name), healed by then"
        }
    }
}
