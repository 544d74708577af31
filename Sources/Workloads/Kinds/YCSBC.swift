/// Reads only: profiles made elsewhere.
public struct YCSBC: RecordWorkload {
    public static let name = "ycsb-c"
    public static let summary = "reads only: profiles made elsewhere"

    public let readShare = 1.0
    public var parameters = RecordParameters()

    public init() {}
}
