internal import Histories

/// A worker's timeline as a file of its own: as JSON its histograms would take ten times the memory.
public enum TimelineFile {
    private static let magic: [UInt8] = Array("ordeal-timeline-2\n".utf8)

    static func write(_ timeline: Timeline, to path: String) throws {
        var file = try PiecewiseFile(at: path, magic: magic)
        try file.write(UInt64(bitPattern: timeline.origin))
        try file.write(UInt64(timeline.span))
        try file.write(UInt64(timeline.tenths.count))
        for tenth in timeline.tenths { try file.write(tenth.index, tenth.counts) }
        for bucket in timeline.buckets {
            try file.write(bucket.index, bucket.counts)
            try file.write(UInt64(bucket.encodedLatency.count))
            try file.write(bucket.encodedLatency)
        }
        try file.finish()
    }

    /// nil for what is no such file, or a part of one.
    public static func read(_ bytes: [UInt8]) -> Timeline? {
        guard bytes.starts(with: magic) else { return nil }
        var reader = LittleEndianReader(bytes, from: magic.count)
        guard let origin = reader.integer(as: UInt64.self), let span = reader.count(), span > 0,
            let tenthCount = reader.count()
        else { return nil }
        var timeline = Timeline(origin: Int64(bitPattern: origin), span: span)
        for _ in 0..<tenthCount {
            guard let (index, counts) = reader.tenth() else { return nil }
            timeline.tenths.append(.init(index: index, counts: counts))
        }
        while reader.remaining > 0 {
            guard let (index, counts) = reader.tenth(), let length = reader.count(),
                let encoded = reader.slice(length)
            else { return nil }
            timeline.buckets.append(
                .init(index: index, counts: counts, encodedLatency: encoded)
            )
        }
        return timeline
    }
}

extension PiecewiseFile {
    fileprivate mutating func write(_ index: Int, _ counts: OutcomeCounts) throws {
        for value in [index, counts.ok, counts.failed, counts.unknown] {
            try write(UInt64(bitPattern: Int64(value)))
        }
    }
}

extension LittleEndianReader {
    fileprivate mutating func tenth() -> (index: Int, counts: OutcomeCounts)? {
        guard let index = integer(as: UInt64.self).map(Int64.init(bitPattern:)),
            let ok = count(), let failed = count(), let unknown = count()
        else { return nil }
        var counts = OutcomeCounts()
        (counts.ok, counts.failed, counts.unknown) = (ok, failed, unknown)
        return (Int(index), counts)
    }
}
