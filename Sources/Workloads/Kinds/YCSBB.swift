/// Mostly reads, 5 % updates: tags on photos.
public struct YCSBB: RecordWorkload {
    public static let name = "ycsb-b"
    public static let summary = "95 % reads, 5 % updates: tags on photos"

    public var mix: OperationMix { [.read: 0.95, .update: 0.05] }
    public var parameters = RecordParameters()

    public init() {}
}
