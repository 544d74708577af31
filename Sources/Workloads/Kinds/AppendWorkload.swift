/// Lists that every client appends to and reads whole.
public struct AppendWorkload: RecordWorkload {
    public static let name = "append"
    public static let summary = "RPUSH of unique elements, and reads of whole lists"
    public static let sharing = KeySharing.shared(model: "append")

    public var mix: OperationMix { [.append: 0.5, .readAll: 0.5] }
    public var loading: RecordLoading { .nothing }
    public var layout: RecordLayout { RecordLayout(parts: 1, additionsPerGeneration: 100) }
    public var parameters = RecordParameters.contended

    public init() {}
}
