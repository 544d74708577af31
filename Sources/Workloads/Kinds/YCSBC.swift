/// Reads only: profiles made elsewhere.
public struct YCSBC: RecordWorkload {
    public static let name = "ycsb-c"
    public static let summary = "reads only: profiles made elsewhere"

    public var mix: OperationMix { [.read: 1] }
    public var parameters = RecordParameters()

    public init() {}
}
