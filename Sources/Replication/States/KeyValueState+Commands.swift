extension KeyValueState {
    /// The longest string: Redis allows sixteen times as much, but a client of this store sends no more
    /// at once, and gets as much in one reply.
    public static let valueSizeLimit = 32 << 20

    /// Carries a committed command out; the same on every replica.
    public mutating func apply(_ command: Command) -> CommandReply {
        if command.isTimed, let time = command.logTime { logTime = max(logTime, time) }
        return switch command.kind {
        case .noOperation: .ok
        case .set: set(command)
        case .setMany: setMany(command)
        case .delete: delete(command)
        case .increment: increment(command)
        case .append: append(command)
        case .pushRight, .pushLeft: push(command)
        case .transaction: carryOutAll(command)
        case .expire: expire(command)
        case .persist: persist(command)
        case .expired: end(command)
        case .get, .getMany, .exists, .type, .length, .range, .readTransaction, .watch,
            .timeToLive:
            answer(command)
        }
    }

    /// Answers a read.
    public func answer(_ command: Command) -> CommandReply {
        switch command.kind {
        case .get:
            guard let record = command.first.flatMap({ find($0) }) else { return .null }
            return record.isList ? .failure(.wrongType) : .value(record)
        case .getMany:
            return .values(command.arguments.map { string($0) })
        case .exists:
            return .integer(Int64(command.arguments.count { find($0) != nil }))
        case .type:
            guard let record = command.first.flatMap({ find($0) }) else { return .type(.none) }
            return .type(record.isList ? .list : .string)
        case .length: return length(command)
        case .range: return range(command)
        case .readTransaction: return answerAll(command)
        case .timeToLive: return timeToLive(command)
        case .noOperation, .set, .setMany, .delete, .increment, .append, .pushRight, .pushLeft,
            .transaction, .expire, .persist, .expired, .watch:
            return .null
        }
    }

    /// What MGET says of a key: nothing, where it holds no string.
    private func string(_ key: ArraySlice<UInt8>) -> StoredRecord? {
        find(key).flatMap { $0.isList ? nil : $0 }
    }

    private mutating func set(_ command: Command) -> CommandReply {
        let flags = command.flags
        if flags.isEmpty, command.argumentCount == 2 {
            insert(StoredRecord(bytes: command.bytes))
            return .ok
        }
        guard command.plainArgumentCount == (flags.contains(.onlyIfEqual) ? 3 : 2) else {
            return .null
        }
        let key = command.argument(0)
        let stored = find(key)
        let isList = stored?.isList ?? false
        if isList, flags.contains(.answersEarlier) || flags.contains(.onlyIfEqual) {
            return .failure(.wrongType)
        }
        var mayStore = true
        if flags.contains(.onlyIfAbsent), stored != nil { mayStore = false }
        if flags.contains(.onlyIfPresent), stored == nil { mayStore = false }
        if flags.contains(.onlyIfEqual) {
            let expected = command.argument(2)
            mayStore = stored.map { $0.value.elementsEqual(expected) } ?? false
        }
        if mayStore {
            let deadline = flags.contains(.keepsDeadline) ? stored?.deadline : command.deadline
            insert(StoredRecord(key: key, value: command.argument(1), deadline: deadline))
            endIfPast(command, key)
        }
        guard flags.contains(.answersEarlier) else { return mayStore ? .ok : .null }
        return stored.map { .value($0) } ?? .null
    }

    private mutating func setMany(_ command: Command) -> CommandReply {
        var arguments = command.arguments
        while let key = arguments.next(), let value = arguments.next() {
            insert(StoredRecord(key: key, value: value))
        }
        return .ok
    }

    private mutating func delete(_ command: Command) -> CommandReply {
        var removed: Int64 = 0
        for key in command.arguments where remove(key) { removed += 1 }
        return .integer(removed)
    }

    private mutating func increment(_ command: Command) -> CommandReply {
        guard command.argumentCount == 2,
            let delta = Self.integer(littleEndian: command.argument(1))
        else { return .failure(.notAnInteger) }
        let key = command.argument(0)
        var value: Int64 = 0
        let record = find(key)
        if let record {
            guard !record.isList else { return .failure(.wrongType) }
            guard let stored = Self.integer(decimal: record.value) else {
                return .failure(.notAnInteger)
            }
            value = stored
        }
        let (sum, overflows) = value.addingReportingOverflow(delta)
        guard !overflows else { return .failure(.overflow) }
        insert(StoredRecord(key: key, value: String(sum).utf8, deadline: record?.deadline))
        return .integer(sum)
    }

    private mutating func append(_ command: Command) -> CommandReply {
        guard command.argumentCount == 2 else { return .null }
        let key = command.argument(0)
        let suffix = command.argument(1)
        let stored = find(key)
        if stored?.isList == true { return .failure(.wrongType) }
        let length = (stored?.valueRange.count ?? 0) + suffix.count
        guard length <= Self.valueSizeLimit else { return .failure(.tooLong) }
        var value: [UInt8] = []
        value.reserveCapacity(length)
        if let stored { value.append(contentsOf: stored.value) }
        value.append(contentsOf: suffix)
        insert(StoredRecord(key: key, value: value, deadline: stored?.deadline))
        return .integer(Int64(length))
    }

    static func integer(littleEndian bytes: ArraySlice<UInt8>) -> Int64? {
        guard bytes.count == 8 else { return nil }
        return bytes.reversed().reduce(Int64(0)) { ($0 << 8) | Int64($1) }
    }

    /// Redis's strict form: no sign but a leading minus, no leading zeros or spaces.
    private static func integer(decimal bytes: ArraySlice<UInt8>) -> Int64? {
        guard bytes.count <= 20 else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let value = Int64(text), String(value) == text else { return nil }
        return value
    }
}
