/// Nothing but updates: what a store's writes cost.
public struct UpdatesWorkload: RecordWorkload {
    public static let name = "updates"
    public static let summary = "nothing but updates: what writes cost"

    public var mix: OperationMix { [.update: 1] }
    public var parameters = RecordParameters()

    public init() {}
}
