internal import Determinism

/// Mostly reads of what is new, 5 % inserts: status updates.
public struct YCSBD: RecordWorkload {
    public static let name = "ycsb-d"
    public static let summary = "95 % reads of the newest, 5 % inserts: status updates"

    public var mix: OperationMix { [.read: 0.95, .insert: 0.05] }
    public var parameters: RecordParameters = {
        var parameters = RecordParameters()
        parameters.distribution = AnyDistribution(Latest())
        return parameters
    }()

    public init() {}
}
