/// What a history's operations are about: the same words mean other things for other subjects.
public enum HistorySubject: Sendable, Hashable, CaseIterable {
    /// One value a key: read, write, compare-and-set, delete, and transactions of these.
    case register
    case mutex
    case counter
    case set
    /// Texts or lists that grow: get, put, append.
    case text
    /// Accounts: transfer, and reads of all balances.
    case bank
    /// Transactions of reads and appends.
    case lists
    /// Transactions of reads and writes.
    case registers

    /// The subject of the model with this name; a model of another name checks registers.
    public init(model name: String) {
        self =
            switch name {
            case "mutex": .mutex
            case "counter": .counter
            case "set": .set
            case "append": .text
            case "bank": .bank
            case "list-append": .lists
            case "rw-register", "transactions", "long-fork", "multi-register": .registers
            default: .register
            }
    }
}

extension HistorySubject: CustomStringConvertible {
    public var description: String {
        switch self {
        case .register: "registers"
        case .mutex: "a mutex"
        case .counter: "counters"
        case .set: "sets"
        case .text: "texts"
        case .bank: "accounts"
        case .lists: "transactions on lists"
        case .registers: "transactions on registers"
        }
    }
}
