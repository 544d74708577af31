/// Half reads, half updates: a session store.
public struct YCSBA: RecordWorkload {
    public static let name = "ycsb-a"
    public static let summary = "half reads, half updates: a session store"

    public var mix: OperationMix { [.read: 0.5, .update: 0.5] }
    public var parameters = RecordParameters()

    public init() {}
}
