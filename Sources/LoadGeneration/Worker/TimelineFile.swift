internal import Histories

/// A worker's timeline as a file of its own: as JSON its histograms would take ten times the memory.
public enum TimelineFile {
    private static let magic: [UInt8] = Array("ordeal-timeline-1\n".utf8)

    static func write(_ timeline: Timeline, to path: String) throws {
        var file = try PiecewiseFile(at: path, magic: magic)
        file.write(UInt64(bitPattern: timeline.origin))
        for bucket in timeline.buckets {
            file.write(UInt64(bucket.index))
            file.write(UInt64(bucket.counts.ok))
            file.write(UInt64(bucket.counts.failed))
            file.write(UInt64(bucket.counts.unknown))
            file.write(UInt64(bucket.encodedLatency.count))
            try file.write(bucket.encodedLatency)
        }
        try file.finish()
    }

    /// nil for what is no such file, or a part of one.
    public static func read(_ bytes: [UInt8]) -> Timeline? {
        guard bytes.starts(with: magic) else { return nil }
        var reader = LittleEndianReader(bytes, from: magic.count)
        guard let origin = reader.integer(as: UInt64.self) else { return nil }
        var timeline = Timeline(origin: Int64(bitPattern: origin), buckets: [])
        while reader.remaining > 0 {
            var counts = OutcomeCounts()
            guard let index = reader.count(), let ok = reader.count(),
                let failed = reader.count(), let unknown = reader.count(),
                let length = reader.count(), let encoded = reader.slice(length)
            else { return nil }
            (counts.ok, counts.failed, counts.unknown) = (ok, failed, unknown)
            timeline.buckets.append(
                .init(index: index, counts: counts, encodedLatency: encoded)
            )
        }
        return timeline
    }
}
