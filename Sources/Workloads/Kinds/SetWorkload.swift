/// Sets that only grow, kept as lists so that an element added twice shows.
public struct SetWorkload: RecordWorkload {
    public static let name = "set"
    public static let summary =
        "unique elements added to shared sets, read now and then and at the end"
    public static let sharing = KeySharing.shared(model: "set")

    public var mix: OperationMix { [.insertElement: 0.9, .readAll: 0.1] }
    public var loading: RecordLoading { .nothing }
    public var layout: RecordLayout { RecordLayout(parts: 1, additionsPerGeneration: 500) }
    public var parameters = RecordParameters.contended

    public init() {}
}
