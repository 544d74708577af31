/// Reads only: profiles made elsewhere.
public struct YCSBC: RecordWorkload {
    public static let name = "ycsb-c"

    public let readShare = 1.0
    public var parameters = RecordParameters()

    public init() {}
}
