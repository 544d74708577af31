/// Accounts between which money moves: the total of a bank never changes.
public struct BankWorkload: RecordWorkload {
    public static let name = "bank"
    public static let summary =
        "transfers between the accounts of a bank, and reads of all balances"
    public static let sharing = KeySharing.shared(model: "bank")
    public static let accounts = 5
    /// So much that random transfers never empty it: the store does not refuse an overdraft.
    public static let initialBalance: Int64 = 1_000_000

    public var mix: OperationMix { [.transfer: 0.5, .readBalances: 0.5] }
    public var loading: RecordLoading { .number(Self.initialBalance) }
    public var layout: RecordLayout { RecordLayout(parts: Self.accounts) }
    public var parameters = RecordParameters.contended

    public init() {}
}
