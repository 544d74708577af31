/// Counters that every client adds to, subtracts from and reads.
public struct CounterWorkload: RecordWorkload {
    public static let name = "counter"
    public static let summary = "INCRBY, DECRBY and reads of shared counters"
    public static let sharing = KeySharing.shared(model: "counter")

    public var mix: OperationMix { [.add: 0.6, .readCounter: 0.4] }
    public var loading: RecordLoading { .nothing }
    public var parameters = RecordParameters.contended

    public init() {}
}
