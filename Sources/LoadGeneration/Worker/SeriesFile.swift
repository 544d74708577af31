internal import Histories
internal import Statistics

/// A worker's histograms of every second as a file of its own.
public enum SeriesFile {
    private static let magic: [UInt8] = Array("ordeal-series-1\n".utf8)

    static func write(_ log: SeriesLog, kinds: [String], to path: String) throws {
        var file = try PiecewiseFile(at: path, magic: magic)
        try file.write(UInt64(bitPattern: log.origin))
        try file.write(UInt64(bitPattern: log.width))
        for entry in log.entries {
            let kind = kinds[entry.series / Recorder.outcomes].utf8
            try file.write(UInt64(entry.index))
            try file.write(UInt64(entry.series % Recorder.outcomes))
            try file.write(UInt64(kind.count))
            try file.write(UInt64(entry.encoded.count))
            try file.write(kind)
            try file.write(entry.encoded)
        }
        try file.finish()
    }

    /// nil for what is no such file, or a part of one.
    public static func read(_ bytes: [UInt8]) -> WorkerResult.Series? {
        guard bytes.starts(with: magic) else { return nil }
        var reader = LittleEndianReader(bytes, from: magic.count)
        guard let origin = reader.integer(as: UInt64.self), let width = reader.count(), width > 0
        else { return nil }
        var series = WorkerResult.Series(
            origin: Int64(bitPattern: origin),
            width: Int64(width),
            entries: []
        )
        while reader.remaining > 0 {
            guard let index = reader.count(),
                let number = reader.count().flatMap(UInt8.init(exactly:)),
                let outcome = Outcome(rawValue: number),
                let nameLength = reader.count(), let length = reader.count(),
                let kind = reader.slice(nameLength), let encoded = reader.slice(length)
            else { return nil }
            series.entries.append(
                .init(
                    index: index,
                    kind: String(decoding: kind, as: UTF8.self),
                    outcome: outcome,
                    encodedLatency: encoded
                )
            )
        }
        return series
    }
}
