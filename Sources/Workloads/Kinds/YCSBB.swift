/// Mostly reads, 5 % updates: tags on photos.
public struct YCSBB: RecordWorkload {
    public static let name = "ycsb-b"

    public let readShare = 0.95
    public var parameters = RecordParameters()

    public init() {}
}
