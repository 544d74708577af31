/// Half reads, half read-modify-writes: a user's record that is looked at and changed.
///
/// As in YCSB, nothing makes the two steps one: the GET is answered before the SET leaves, and what
/// others wrote in between is overwritten.
public struct YCSBF: RecordWorkload {
    public static let name = "ycsb-f"
    public static let summary = "half reads, half read-modify-writes (GET, then SET): user records"

    public var mix: OperationMix { [.read: 0.5, .readModifyWrite: 0.5] }
    public var parameters = RecordParameters()

    public init() {}
}
