internal import Foundation
internal import Histories
internal import Statistics

/// A worker's histograms of every second as a file of its own.
///
/// There may be megabytes of them: written piece by piece they need no memory but their own.
public enum SeriesFile {
    private static let magic: [UInt8] = Array("ordeal-series-1\n".utf8)
    private static let pieceSize = 1 << 16

    static func write(_ log: SeriesLog, kinds: [String], to path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil) else {
            throw CocoaError(.fileWriteUnknown)
        }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }
        var piece = magic
        append(UInt64(bitPattern: log.origin), to: &piece)
        append(UInt64(bitPattern: log.width), to: &piece)
        for entry in log.entries {
            let kind = Array(kinds[entry.series / Recorder.outcomes].utf8)
            append(UInt64(entry.index), to: &piece)
            append(UInt64(entry.series % Recorder.outcomes), to: &piece)
            append(UInt64(kind.count), to: &piece)
            append(UInt64(entry.encoded.count), to: &piece)
            piece += kind
            piece += entry.encoded
            guard piece.count >= pieceSize else { continue }
            try file.write(contentsOf: Data(piece))
            piece.removeAll(keepingCapacity: true)
        }
        try file.write(contentsOf: Data(piece))
    }

    /// nil for what is no such file, or a part of one.
    public static func read(_ bytes: [UInt8]) -> WorkerResult.Series? {
        guard bytes.starts(with: magic) else { return nil }
        var rest = bytes[magic.count...]
        guard let origin = number(&rest), let width = number(&rest), width > 0 else { return nil }
        var series = WorkerResult.Series(
            origin: Int64(bitPattern: origin),
            width: Int64(clamping: width),
            entries: []
        )
        while !rest.isEmpty {
            guard let index = number(&rest),
                let outcome = number(&rest).flatMap(Outcome.init(number:)),
                let name = number(&rest), let length = number(&rest),
                let kind = take(name, of: &rest), let encoded = take(length, of: &rest)
            else { return nil }
            series.entries.append(
                .init(
                    index: Int(clamping: index),
                    kind: String(decoding: kind, as: UTF8.self),
                    outcome: outcome,
                    encodedLatency: encoded
                )
            )
        }
        return series
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    private static func number(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        take(8, of: &rest)?.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func take(
        _ count: UInt64,
        of rest: inout ArraySlice<UInt8>
    ) -> ArraySlice<UInt8>? {
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(Int(count)) }
        return rest.prefix(Int(count))
    }
}

extension Outcome {
    fileprivate init?(number: UInt64) {
        guard number <= UInt64(UInt8.max) else { return nil }
        self.init(rawValue: UInt8(number))
    }
}
