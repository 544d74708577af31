/// Mostly reads, 5 % updates: tags on photos.
public struct YCSBB: RecordWorkload {
    public static let name = "ycsb-b"
    public static let summary = "95 % reads, 5 % updates: tags on photos"

    public let readShare = 0.95
    public var parameters = RecordParameters()

    public init() {}
}
