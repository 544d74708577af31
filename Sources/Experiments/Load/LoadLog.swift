internal import Foundation
internal import LoadGeneration
internal import Report
internal import Statistics

/// Every second's latencies by kind and outcome, in the form that HdrHistogram's tools read.
enum LoadLog {
    private struct Name: Hashable, Comparable {
        var index: Int
        var tag: String
        static func < (left: Self, right: Self) -> Bool {
            (left.index, left.tag) < (right.index, right.tag)
        }
    }

    /// Calls with one piece of the file after the other, as a long measurement's is too much at once.
    static func write(
        _ findings: LoadFindings,
        _ put: (String) throws(FileFailure) -> Void
    ) throws(FileFailure) {
        let series = findings.results.compactMap(\.series)
        // Workers that recorded for long may have widened their intervals differently.
        let width = series.map(\.width).max() ?? 1_000_000_000
        var parts: [Name: [WorkerResult.Series.Entry]] = [:]
        for one in series {
            for entry in one.entries {
                let index = Int(Int64(entry.index) * one.width / width)
                parts[Name(index: index, tag: "\(entry.kind)-\(entry.outcome)"), default: []]
                    .append(entry)
            }
        }
        let now = Date().timeIntervalSince1970
        try put(
            HistogramLog.head(
                startedAt: now - findings.record.seconds,
                remarks: ["ordeal load \(findings.record.target)", "values are nanoseconds"]
            )
        )
        let seconds = Double(width) / 1e9
        for name in parts.keys.sorted() {
            var sum = LatencyHistogram()
            for entry in parts[name] ?? [] {
                if let part = try? entry.latency() { sum.merge(part) }
            }
            let start = Double(name.index) * seconds
            try put(HistogramLog.line(sum, tag: name.tag, start: start, length: seconds))
        }
    }
}
