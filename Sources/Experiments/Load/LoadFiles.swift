internal import Consistency
internal import Foundation
internal import Histories
internal import LoadGeneration
internal import Quantities
internal import Report
internal import Statistics

/// Writes what was found as files for other tools.
struct LoadFiles {
    /// Every second by kind and outcome, as HdrHistogram's tools read it.
    var log: String?
    /// The latencies of all requests, as HdrHistogram's plotter reads them.
    var distribution: String?
    /// The timeline.
    var table: String?

    var needsSeries: Bool { log != nil }

    func write(_ findings: LoadFindings) throws(CommandFailure) {
        if let distribution {
            try put(findings.response.percentileDistribution, into: distribution)
        }
        if let table { try put(Self.timeline(findings), into: table) }
        if let log { try put(Self.log(findings), into: log) }
    }

    private func put(_ text: String, into file: String) throws(CommandFailure) {
        do throws(FileFailure) {
            try writeDurably(Array(text.utf8), to: file)
        } catch {
            throw CommandFailure(.void, error.description)
        }
    }

    private static func timeline(_ findings: LoadFindings) -> String {
        var text = "seconds,ok,failed,unknown,p50_seconds,p99_seconds,max_seconds\n"
        for bucket in findings.record.timeline {
            let latencies = [bucket.p50, bucket.p99, bucket.max].map { $0.map { "\($0)" } ?? "" }
            let start = decimalText(bucket.start)
            text += "\(start),\(bucket.ok),\(bucket.failed),\(bucket.unknown),"
            text += latencies.joined(separator: ",") + "\n"
        }
        return text
    }

    private static func log(_ findings: LoadFindings) -> String {
        let series = findings.results.compactMap(\.series)
        // Workers that recorded for long may have widened their intervals differently.
        let width = series.map(\.width).max() ?? 1_000_000_000
        struct Name: Hashable, Comparable {
            var index: Int
            var tag: String
            static func < (left: Self, right: Self) -> Bool {
                (left.index, left.tag) < (right.index, right.tag)
            }
        }
        var parts: [Name: [WorkerResult.Series.Entry]] = [:]
        for one in series {
            for entry in one.entries {
                let index = Int(Int64(entry.index) * one.width / width)
                parts[Name(index: index, tag: "\(entry.kind)-\(entry.outcome)"), default: []]
                    .append(entry)
            }
        }
        let now = Date().timeIntervalSince1970
        var text = HistogramLog.head(
            startedAt: now - findings.record.seconds,
            remarks: ["ordeal load \(findings.record.target)", "values are nanoseconds"]
        )
        let seconds = Double(width) / 1e9
        for name in parts.keys.sorted() {
            var sum = LatencyHistogram()
            for entry in parts[name] ?? [] {
                if let part = try? entry.latency() { sum.merge(part) }
            }
            let start = Double(name.index) * seconds
            text += HistogramLog.line(sum, tag: name.tag, start: start, length: seconds)
        }
        return text
    }
}
