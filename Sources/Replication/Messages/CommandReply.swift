/// The answer of a command that was carried out.
public enum CommandReply: Sendable, Equatable {
    case ok
    case null
    case integer(Int64)
    /// A stored record (see `StoredRecord`): its value is the answer.
    case value(StoredRecord)
    case values([StoredRecord?])
    case type(ValueType)
    case elements(ListSlice)
    /// Of a transaction's commands, in their order.
    case replies([CommandReply])
    /// The transaction was not carried out: a watched key has changed, or may have.
    case aborted
    indirect case watching(WatchTicket)
    case failure(CommandFailure)

    /// What it takes in a message, keys included; counted only where it can be much.
    var byteCount: Int {
        switch self {
        case .value(let record): record.bytes.count
        case .values(let records): records.reduce(0) { $0 + ($1?.bytes.count ?? 0) + 5 }
        case .elements(let slice): slice.byteCount + 5 * slice.count
        case .replies(let replies): replies.reduce(0) { $0 + $1.byteCount + 1 }
        case .ok, .null, .integer, .type, .aborted, .watching, .failure: 0
        }
    }
}

/// Why a command was refused although its shard could serve it.
public enum CommandFailure: Sendable, Equatable {
    case notAnInteger
    case overflow
    case tooLong
    case wrongType
    case replyTooLong
}

/// What a key holds.
public enum ValueType: Sendable, Equatable {
    case none
    case string
    case list
}
