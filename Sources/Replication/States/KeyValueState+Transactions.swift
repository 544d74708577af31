/// Several commands as one: nothing comes between them, and each answers for itself, as in Redis.
extension KeyValueState {
    mutating func carryOutAll(_ transaction: Command) -> CommandReply {
        .replies(
            transaction.arguments.map { part in
                Command(part: part).map { apply($0) } ?? .null
            }
        )
    }

    func answerAll(_ transaction: Command) -> CommandReply {
        .replies(
            transaction.arguments.map { part in
                Command(part: part).map { answer($0) } ?? .null
            }
        )
    }
}
