/// Reads a data directory's segments in order and decides what of them counts.
///
/// Feed every segment with ``read(_:segment:visit:)``, lowest number first, then ask
/// ``finish()``. A log that was cut short by a crash ends in a torn tail: whatever was not synced may
/// lack any part, and have any other. It was never acknowledged as durable, and the log counts up to
/// the first record that is not whole. Anything else that is wrong is damage: acknowledged writes may
/// be gone, and the copy counts as missing.
///
/// The two are told apart by marks that say how far the log was synced when they were written. What
/// was synced last has no mark behind it: damage there cannot be told from a tear, and is cut off.
public struct LogRecovery {
    private let dataID: UInt64
    private var records = 0
    private var bytes = 0
    private var damage: LogDamage?
    /// The segment read last, kept until it is known whether another follows.
    private var last: Segment?
    /// The one before it, kept while the last has no sound header to say where this one ends.
    private var previous: Segment?

    private struct Segment {
        let number: UInt64
        /// Nil when the file's own header is not sound.
        let header: SegmentHeader?
        let reader: SegmentReader
        let reachedEnd: Bool

        /// Whether its format says how far it was synced; a file whose header is not sound is taken for
        /// one of this build's.
        var saysHowFar: Bool {
            header.map { $0.version >= SegmentHeader.firstVersionWithMarks } ?? true
        }

        /// Where the part that counts ends.
        var end: Int { header == nil ? 0 : reader.offset }
    }

    /// A log of the data directory with this id.
    public init(dataID: UInt64) {
        self.dataID = dataID
    }

    /// Visits the records of a segment in order; its number is the one in its file name.
    ///
    /// After damage nothing more is visited, since nothing behind it can be trusted to follow.
    public mutating func read(
        _ content: [UInt8],
        segment: UInt64,
        visit: (WrittenRecord) -> Void
    ) throws(LogError) {
        guard damage == nil else { return }
        let decoded = SegmentHeader.decode(content)
        if case .unsupported(let version) = decoded {
            throw .unsupportedVersion(version, segment: segment)
        }
        var header: SegmentHeader?
        if case .header(let sound) = decoded {
            guard sound.dataID == dataID else {
                throw .foreignSegment(segment, dataID: sound.dataID)
            }
            header = sound
        }
        guard follows(header, segment: segment) else { return }
        let salt = SegmentHeader(dataID: dataID, segment: segment, previousEnd: 0).salt
        var reader = SegmentReader(bytes: content, salt: salt)
        var reachedEnd = false
        if header != nil {
            reachedEnd = try replay(&reader, segment: segment, visit: visit)
        }
        bytes += content.count
        previous = header == nil ? last : nil
        last = Segment(number: segment, header: header, reader: reader, reachedEnd: reachedEnd)
    }

    /// What the segments amount to.
    public consuming func finish() -> RecoveredLog {
        let ending = decideEnding()
        return RecoveredLog(
            ending: ending,
            next: nextHeader(behind: ending),
            records: records,
            bytes: bytes
        )
    }

    /// Whether this segment continues the one before it, at the very offset where that one ended.
    private mutating func follows(_ header: SegmentHeader?, segment: UInt64) -> Bool {
        guard let last else { return true }
        guard segment == last.number + 1 else {
            damage = LogDamage(
                segment: last.number + 1,
                offset: 0,
                reason: "the segment is missing"
            )
            return false
        }
        guard last.header != nil else {
            damage = LogDamage(segment: last.number, offset: 0, reason: "the header is not sound")
            return false
        }
        // An unsound header means either a torn file or a damaged one; its own turn decides.
        guard let header else { return true }
        guard header.previousEnd == UInt64(last.end) else {
            damage = LogDamage(
                segment: last.number,
                offset: last.end,
                reason: "the segment should go on to \(header.previousEnd)"
            )
            return false
        }
        return true
    }

    /// Returns whether the segment was sound to its end.
    private mutating func replay(
        _ reader: inout SegmentReader,
        segment: UInt64,
        visit: (WrittenRecord) -> Void
    ) throws(LogError) -> Bool {
        while true {
            let start = reader.offset
            switch reader.next() {
            case .record(let record):
                visit(record)
                records += 1
            case .end:
                return true
            case .bad:
                return false
            case .unknownKind(let kind):
                throw .unknownRecordKind(kind, segment: segment, offset: start)
            }
        }
    }

    private func decideEnding() -> LogEnding {
        if let damage { return .damaged(damage) }
        guard let last else { return .whole(lastSegment: nil, end: 0) }
        for segment in [previous, last] {
            guard let segment, !segment.reachedEnd,
                segment.reader.wasSynced(behind: segment.end, saysHowFar: segment.saysHowFar)
            else { continue }
            return .damaged(
                LogDamage(
                    segment: segment.number,
                    offset: segment.end,
                    reason: segment.saysHowFar
                        ? "what lies here is not sound, and was once synced"
                        : "what lies here is not sound, and sound records follow it"
                )
            )
        }
        guard !last.reachedEnd else {
            return .whole(lastSegment: last.number, end: last.end)
        }
        return .torn(
            lastSegment: last.number,
            end: last.end,
            cut: last.reader.bytes.count - last.end
        )
    }

    /// Where a process goes on: behind the part that counts, or in the place of a file without
    /// a sound header.
    private func nextHeader(behind ending: LogEnding) -> SegmentHeader {
        let segment: UInt64
        let end: Int
        switch ending {
        case .whole(nil, _): (segment, end) = (0, 0)
        case .whole(let last?, let whole): (segment, end) = (last, whole)
        case .torn(let last, let whole, _): (segment, end) = (last, whole)
        case .damaged(let damage): (segment, end) = (damage.segment, damage.offset)
        }
        guard end == 0, segment > 0 else {
            return SegmentHeader(dataID: dataID, segment: segment + 1, previousEnd: UInt64(end))
        }
        return SegmentHeader(
            dataID: dataID,
            segment: segment,
            previousEnd: UInt64([previous, last].compactMap(\.self).last { $0.end > 0 }?.end ?? 0)
        )
    }
}
