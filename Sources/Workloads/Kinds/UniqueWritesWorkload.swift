/// Registers that every client reads and writes, no value twice.
public struct UniqueWritesWorkload: RecordWorkload {
    public static let name = "unique-writes"
    public static let summary = "reads and writes of keys that all clients share, no value twice"
    public static let sharing = KeySharing.shared(model: "register")

    public var mix: OperationMix { [.read: 0.5, .update: 0.5] }
    public var parameters = RecordParameters.contended

    public init() {}
}
