/// Transactions of appends and reads over the lists of a record.
///
/// Lists show the order of their writes, so that a read of one names all transactions before it
/// (Kingsbury and Alvaro, "Elle: Inferring Isolation Anomalies from Experimental Observations").
public struct ListAppendWorkload: RecordWorkload {
    public static let name = "list-append"
    public static let summary = "transactions of RPUSH and LRANGE over the lists of one slot"
    public static let sharing = KeySharing.shared(model: "list-append")

    public var mix: OperationMix { [.transaction: 1] }
    public var loading: RecordLoading { .nothing }
    public var layout: RecordLayout { RecordLayout(parts: 5, additionsPerGeneration: 200) }
    public var parameters = RecordParameters.contended

    public init() {}
}
