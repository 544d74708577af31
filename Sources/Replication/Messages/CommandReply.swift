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
}

/// Why a command was refused although its shard could serve it.
public enum CommandFailure: Sendable, Equatable {
    case notAnInteger
    case overflow
    case tooLong
    case wrongType
}

/// What a key holds.
public enum ValueType: Sendable, Equatable {
    case none
    case string
    case list
}
