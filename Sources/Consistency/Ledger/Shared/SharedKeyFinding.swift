/// Writes of a key that all clients share, where what became of them is not as it should be.
public struct SharedKeyFinding: Sendable, Hashable, Codable {
    public var fate: WriteFate
    public var key: String
    /// Writes, deletes, applications or copies.
    public var count: Int
    /// What was written, of several the last: `write 17`, `delete`, `add 3`.
    public var write: String
    /// What is there instead.
    public var stands: String
    /// When the first and the last of them were acknowledged, in seconds; of those that never were,
    /// when they were asked for.
    public var firstAcknowledgedAt: Double?
    public var acknowledgedAt: Double?
    public var follows: FaultJoin?
    /// `nil` where another check judges it.
    public var judgement: LossJudgement?
    public var explanation: String

    public init(
        fate: WriteFate,
        key: String,
        count: Int,
        write: String,
        stands: String,
        firstAcknowledgedAt: Double? = nil,
        acknowledgedAt: Double?,
        follows: FaultJoin?,
        judgement: LossJudgement?,
        explanation: String
    ) {
        self.fate = fate
        self.key = key
        self.count = count
        self.write = write
        self.stands = stands
        self.firstAcknowledgedAt = firstAcknowledgedAt
        self.acknowledgedAt = acknowledgedAt
        self.follows = follows
        self.judgement = judgement
        self.explanation = explanation
    }

    /// In one sentence, as evidence.
    public var sentence: String {
        let what = count > 1 ? "\(Count.text(count)) up to \(write)" : write
        let time = acknowledgedAt.map { ", acknowledged at \(Seconds.text($0))" } ?? ""
        let fault = follows.map { ", \($0.sentence)" } ?? ""
        let deed = write.isEmpty ? "" : " \(what)\(time)\(fault);"
        let reason = explanation.isEmpty ? "" : " (\(explanation))"
        let verb = stands.hasSuffix(" elements") ? "stand" : "stands"
        return "key \(key), \(fate.title):\(deed) \(stands) \(verb) there\(reason)"
    }
}
