/// Registers that every client reads, writes and swaps.
///
/// Every value is written once, so that a read says which write it saw: what makes the check of a
/// million operations a matter of sorting.
public struct RegisterWorkload: RecordWorkload {
    public static let name = "register"
    public static let summary = "reads, writes and compare-and-sets of keys that all clients share"
    public static let sharing = KeySharing.shared(model: "cas-register")

    public var mix: OperationMix { [.read: 0.5, .update: 0.25, .compareAndSet: 0.25] }
    public var parameters = RecordParameters.contended

    public init() {}
}
