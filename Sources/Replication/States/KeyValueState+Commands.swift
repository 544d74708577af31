extension KeyValueState {
    /// The longest value, as in Redis.
    public static let valueSizeLimit = 512 * 1024 * 1024

    /// Carries a committed command out; the same on every replica.
    public mutating func apply(_ command: Command) -> CommandReply {
        switch command.kind {
        case .noOperation: .ok
        case .set: set(command)
        case .setMany: setMany(command)
        case .delete: delete(command)
        case .increment: increment(command)
        case .append: append(command)
        case .get, .getMany, .exists: answer(command)
        }
    }

    /// Answers a read.
    public func answer(_ command: Command) -> CommandReply {
        let keys = 0..<command.argumentCount
        switch command.kind {
        case .get:
            guard command.argumentCount > 0, let record = find(command.argument(0)) else {
                return .null
            }
            return .value(record)
        case .getMany:
            return .values(keys.map { find(command.argument($0)) })
        case .exists:
            return .integer(Int64(keys.count { find(command.argument($0)) != nil }))
        default:
            return .null
        }
    }

    private mutating func set(_ command: Command) -> CommandReply {
        guard command.argumentCount == 2 else { return .null }
        let flags = command.flags
        guard !flags.isEmpty else {
            insert(StoredRecord(bytes: command.bytes))
            return .ok
        }
        let exists = find(command.argument(0)) != nil
        if flags.contains(.onlyIfAbsent), exists { return .null }
        if flags.contains(.onlyIfPresent), !exists { return .null }
        insert(Self.record(key: command.argument(0), value: command.argument(1)))
        return .ok
    }

    private mutating func setMany(_ command: Command) -> CommandReply {
        for pair in 0..<command.argumentCount / 2 {
            let key = command.argument(2 * pair)
            insert(Self.record(key: key, value: command.argument(2 * pair + 1)))
        }
        return .ok
    }

    private mutating func delete(_ command: Command) -> CommandReply {
        var removed: Int64 = 0
        for number in 0..<command.argumentCount where remove(command.argument(number)) {
            removed += 1
        }
        return .integer(removed)
    }

    private mutating func increment(_ command: Command) -> CommandReply {
        guard command.argumentCount == 2,
            let delta = Self.integer(littleEndian: command.argument(1))
        else { return .failure(.notAnInteger) }
        let key = command.argument(0)
        var value: Int64 = 0
        if let record = find(key) {
            guard let stored = Self.integer(decimal: record.value) else {
                return .failure(.notAnInteger)
            }
            value = stored
        }
        let (sum, overflows) = value.addingReportingOverflow(delta)
        guard !overflows else { return .failure(.overflow) }
        insert(Self.record(key: key, value: String(sum).utf8))
        return .integer(sum)
    }

    private mutating func append(_ command: Command) -> CommandReply {
        guard command.argumentCount == 2 else { return .null }
        let key = command.argument(0)
        let suffix = command.argument(1)
        let stored = find(key)
        let length = (stored?.valueRange.count ?? 0) + suffix.count
        guard length <= Self.valueSizeLimit else { return .failure(.tooLong) }
        var value: [UInt8] = []
        value.reserveCapacity(length)
        if let stored { value.append(contentsOf: stored.value) }
        value.append(contentsOf: suffix)
        insert(Self.record(key: key, value: value))
        return .integer(Int64(length))
    }

    private static func record(
        key: some Collection<UInt8>,
        value: some Collection<UInt8>
    ) -> StoredRecord {
        var command = Command(
            kind: .set,
            argumentCount: 2,
            byteCount: key.count + value.count
        )
        command.append(argument: 0, key)
        command.append(argument: 1, value)
        return StoredRecord(bytes: command.bytes)
    }

    private static func integer(littleEndian bytes: ArraySlice<UInt8>) -> Int64? {
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
