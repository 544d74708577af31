import Topology

/// Reads the records of one segment in order, and never past what it can trust.
struct SegmentReader {
    let bytes: [UInt8]
    private let salt: UInt32
    /// Where the next record begins, or where reading stopped.
    private(set) var offset = SegmentHeader.byteCount

    enum Step: Equatable {
        case record(WrittenRecord)
        /// Nothing follows but the file's end, or zeros up to it where space was reserved.
        case end
        /// What lies at `offset` is not a whole, sound record.
        case bad
        /// A sound record of a kind this build does not know.
        case unknownKind(UInt8)
    }

    init(bytes: [UInt8], salt: UInt32) {
        self.bytes = bytes
        self.salt = salt
    }

    mutating func next() -> Step {
        guard offset < bytes.count else { return .end }
        guard let body = soundBody(at: offset) else {
            return isZero(from: offset) ? .end : .bad
        }
        guard let kind = LogRecordKind(rawValue: bytes[body.lowerBound]) else {
            return .unknownKind(bytes[body.lowerBound])
        }
        guard let record = decode(kind, body) else { return .bad }
        offset = body.upperBound
        return .record(record)
    }

    /// Whether what lies where reading stopped was once on the disk: then it is damaged, not torn.
    ///
    /// A power loss may take any part of what was not synced and leave any other, so a sound record
    /// behind proves nothing by itself, but in formats that do not say how far they were synced.
    ///
    /// - Parameter soundEnd: where the sound part ends: in front of the header, where that is not sound.
    ///   It is damaged also where nothing is known but that the header was synced.
    func wasSynced(behind soundEnd: Int, saysHowFar: Bool) -> Bool {
        var candidate = max(soundEnd + 1, SegmentHeader.byteCount)
        while candidate + LogFrame.byteCount < bytes.count {
            guard let body = soundBody(at: candidate) else {
                candidate += 1
                continue
            }
            if !saysHowFar { return true }
            if let kind = LogRecordKind(rawValue: bytes[body.lowerBound]),
                case .synced(let end) = decode(kind, body), end > UInt64(soundEnd)
            {
                return true
            }
            candidate = body.upperBound
        }
        return false
    }

    /// The body of the record at `start`, when both of its checksums hold.
    private func soundBody(at start: Int) -> Range<Int>? {
        let span = bytes.span
        guard start >= 0, span.count - start > LogFrame.byteCount else { return nil }
        let length = Int(span.littleEndian32(at: start))
        let body = start + LogFrame.byteCount
        guard length > 0, length <= LogFrame.maximumBodyBytes, length <= span.count - body else {
            return nil
        }
        let lengthCheck = LogFrame.lengthChecksum(
            length: UInt32(length),
            salt: salt,
            offset: start
        )
        guard lengthCheck == span.littleEndian32(at: start + 4) else { return nil }
        let check = CRC32C.checksum(
            of: span.extracting(body..<body + length),
            continuing: lengthCheck
        )
        return check == span.littleEndian32(at: start + 8) ? body..<body + length : nil
    }

    private func isZero(from start: Int) -> Bool {
        let span = bytes.span
        for index in start..<span.count where span[index] != 0 {
            return false
        }
        return true
    }

    private func decode(_ kind: LogRecordKind, _ body: Range<Int>) -> WrittenRecord? {
        let span = bytes.span
        let isLongEnough =
            kind.carriesPayload ? body.count >= kind.fixedBytes : body.count == kind.fixedBytes
        guard isLongEnough else { return nil }
        let start = body.lowerBound
        let shard = ShardID(span.littleEndian16(at: start + 1))
        let payload = start + kind.fixedBytes..<body.upperBound
        switch kind {
        case .entry:
            return .entry(
                shard,
                position(at: start + 3),
                payload: bytes[payload]
            )
        case .term:
            return .term(shard, Term(span.littleEndian64(at: start + 3)))
        case .truncate:
            return .truncate(shard, after: span.littleEndian64(at: start + 3))
        case .commit:
            return .commit(shard, index: span.littleEndian64(at: start + 3))
        case .snapshotBegin:
            return .snapshotBegin(shard, position(at: start + 3))
        case .snapshotChunk:
            return .snapshotChunk(shard, bytes[payload])
        case .snapshotEnd:
            return .snapshotEnd(shard)
        case .checkpointEnd:
            return .checkpointEnd(shard)
        case .synced:
            return .synced(upTo: span.littleEndian64(at: start + 3))
        }
    }

    private func position(at start: Int) -> LogPosition {
        LogPosition(
            term: Term(bytes.span.littleEndian64(at: start)),
            index: bytes.span.littleEndian64(at: start + 8)
        )
    }
}
