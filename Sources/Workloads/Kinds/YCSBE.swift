/// Mostly short scans, 5 % inserts: threaded conversations.
///
/// A keyspace of plain keys has no order to scan by, so a scan asks for a key and the ones numbered
/// after it, up to 100, in one MGET: the same records as YCSB's scan reads, without the index that
/// finds them. (YCSB's own binding keeps one sorted set of all keys for that, a hot key that every
/// insert writes.) In a cluster these keys lie in different slots, so it runs against one node alone.
public struct YCSBE: RecordWorkload {
    public static let name = "ycsb-e"
    public static let summary =
        "95 % scans of up to 100 records by MGET, 5 % inserts; one node alone"

    public var mix: OperationMix { [.scan: 0.95, .insert: 0.05] }
    public var scanLengths: ClosedRange<Int> { 1...100 }
    public var parameters = RecordParameters()

    public init() {}
}
