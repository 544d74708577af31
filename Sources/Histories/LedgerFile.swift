/// The bytes of a worker's ledger on disk: magic, version, little-endian fields, CRC-32 at the end.
public enum LedgerFile {
    public static let version: UInt32 = 1

    /// Why bytes are not a ledger.
    public enum Failure: Error, Sendable, Hashable {
        case notALedger
        case unsupportedVersion(UInt32)
        case truncated
        case checksumMismatch
        /// The fields contradict each other although the checksum holds.
        case inconsistent
    }

    private static let magic: UInt64 = 0x3152_4744_454c_4b4f  // "OKLEDGR1" in the file
    private static let headerBytes = 8 + 4 + 4 * 8 + 2 * 4 + 3 * 8

    public static func encode(_ ledger: KeyLedger) -> [UInt8] {
        let recent = ledger.recent.all
        var writer = LittleEndianWriter()
        writer.reserve(
            headerBytes + 16 * (ledger.entries.count + recent.count)
                + 20 * (ledger.unknown.count + ledger.failed.count) + 4
        )
        writer.write(magic)
        writer.write(version)
        writer.write(UInt64(ledger.keys.first))
        writer.write(UInt64(ledger.keys.stride))
        writer.write(UInt64(ledger.keys.count))
        writer.write(UInt64(ledger.recent.limit))
        writer.write(ledger.writers.lowerBound)
        writer.write(ledger.writers.upperBound)
        writer.write(UInt64(ledger.unknown.count))
        writer.write(UInt64(ledger.failed.count))
        writer.write(UInt64(recent.count))
        for entry in ledger.entries {
            writer.write(UInt64(bitPattern: entry.acknowledgedAt))
            writer.write(entry.lastAcknowledged)
            writer.write(entry.lastIssued)
        }
        for write in ledger.unknown + ledger.failed {
            writer.write(UInt64(write.key))
            writer.write(write.sequence)
            writer.write(UInt64(bitPattern: write.at))
        }
        for acknowledgement in recent {
            writer.write(UInt64(bitPattern: acknowledgement.at))
            writer.write(acknowledgement.key)
            writer.write(acknowledgement.sequence)
        }
        writer.write(CyclicChecksum.of(writer.bytes.span))
        return writer.bytes
    }

    public static func decode(_ bytes: [UInt8]) throws(Failure) -> KeyLedger {
        var reader = LittleEndianReader(bytes)
        guard reader.integer(as: UInt64.self) == magic else { throw .notALedger }
        guard let found = reader.integer(as: UInt32.self) else { throw .truncated }
        guard found == version else { throw .unsupportedVersion(found) }
        guard bytes.count >= headerBytes + 4 else { throw .truncated }
        var trailer = LittleEndianReader(bytes, from: bytes.count - 4)
        let payload = bytes.span.extracting(0..<bytes.count - 4)
        guard trailer.integer(as: UInt32.self) == CyclicChecksum.of(payload) else {
            throw .checksumMismatch
        }
        return try decodeFields(&reader)
    }

    private static func decodeFields(
        _ reader: inout LittleEndianReader
    ) throws(Failure) -> KeyLedger {
        guard let first = reader.count(), let stride = reader.count(), stride > 0,
            let keyCount = reader.count(), let limit = reader.count(),
            let firstWriter = reader.integer(as: UInt32.self),
            let endWriter = reader.integer(as: UInt32.self), firstWriter <= endWriter,
            let unknownCount = reader.count(), let failedCount = reader.count(),
            let recentCount = reader.count(), recentCount <= limit,
            keyCount <= reader.remaining / 16,
            max(first, stride, keyCount) <= 1 << 31
        else { throw .inconsistent }
        var ledger = KeyLedger(
            keys: OwnedKeys(first: first, stride: stride, count: keyCount),
            writers: firstWriter..<endWriter,
            recentLimit: limit
        )
        for position in 0..<keyCount {
            guard let at = reader.integer(as: UInt64.self),
                let acknowledged = reader.integer(as: UInt32.self),
                let issued = reader.integer(as: UInt32.self), acknowledged <= issued
            else { throw .inconsistent }
            ledger.entries[position].acknowledgedAt = Int64(bitPattern: at)
            ledger.entries[position].lastAcknowledged = acknowledged
            ledger.entries[position].lastIssued = issued
        }
        ledger.unknown = try decodeWrites(unknownCount, of: ledger.keys, from: &reader)
        ledger.failed = try decodeWrites(failedCount, of: ledger.keys, from: &reader)
        for _ in 0..<recentCount {
            guard let at = reader.integer(as: UInt64.self),
                let key = reader.integer(as: UInt32.self),
                let sequence = reader.integer(as: UInt32.self)
            else { throw .truncated }
            ledger.recent.append(key: Int(key), sequence: sequence, at: Int64(bitPattern: at))
        }
        guard reader.remaining == 4 else { throw .inconsistent }
        return ledger
    }

    private static func decodeWrites(
        _ count: Int,
        of keys: OwnedKeys,
        from reader: inout LittleEndianReader
    ) throws(Failure) -> [KeyLedger.Unacknowledged] {
        guard count <= reader.remaining / 20 else { throw .truncated }
        var writes: [KeyLedger.Unacknowledged] = []
        writes.reserveCapacity(count)
        for _ in 0..<count {
            guard let key = reader.count(), keys.position(of: key) != nil,
                let sequence = reader.integer(as: UInt32.self),
                let at = reader.integer(as: UInt64.self)
            else { throw .inconsistent }
            writes.append(.init(key: key, sequence: sequence, at: Int64(bitPattern: at)))
        }
        return writes
    }
}
