/// The form in which a full copy travels: every record's length (4 bytes, little-endian) and bytes.
extension KeyValueState {
    public func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount + 4 * count)
        for record in allRecords {
            let length = UInt32(record.bytes.count)
            for shift in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: length >> (8 * shift))) }
            bytes.append(contentsOf: record.bytes)
        }
        return bytes
    }

    /// Nil where the bytes are not whole records.
    public init?(encoded bytes: [UInt8]) {
        self.init()
        var offset = 0
        while offset < bytes.count {
            guard bytes.count - offset >= 4 else { return nil }
            let length = (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
            offset += 4
            guard bytes.count - offset >= length,
                let command = Command(bytes: Array(bytes[offset..<offset + length])),
                command.kind == .set, command.argumentCount == 2
            else { return nil }
            insert(StoredRecord(bytes: command.bytes))
            offset += length
        }
    }
}
