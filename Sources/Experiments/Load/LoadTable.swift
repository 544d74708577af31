internal import Quantities
internal import Report

/// What was found as comma-separated values.
enum LoadTable {
    /// A line for each tenth of a second, of a long load for each `LoadRecord.timelineWidth`.
    static func timeline(_ record: LoadRecord) -> String {
        var text = "seconds,ok,failed,unknown,p50_seconds,p99_seconds,max_seconds\n"
        for bucket in record.timeline {
            let latencies = [bucket.p50, bucket.p99, bucket.max].map(cell)
            let start = decimalText(bucket.start)
            text += "\(start),\(bucket.ok),\(bucket.failed),\(bucket.unknown),"
            text += latencies.joined(separator: ",") + "\n"
        }
        return text
    }

    /// A line for each measurement, in the order in which they were made.
    static func rates(_ series: LoadSeriesRecord) -> String {
        var text = "offered_per_second,ok_per_second,ok,failed,unknown,mean_seconds,p50_seconds,"
        text += "p90_seconds,p99_seconds,p99.9_seconds,max_seconds,send_lag_p99_seconds,"
        text += "generator_cpu_seconds_per_operation,server_cores,void,met\n"
        for record in series.measurements {
            let counts = record.counts
            let response = record.response
            var cells = [number(record.offered ?? 0), number(record.achieved)]
            cells += [counts.ok, counts.failed, counts.unknown].map { "\($0)" }
            cells.append(cell(response?.mean))
            cells += [0.5, 0.9, 0.99, 0.999].map { cell(response?[$0]) }
            cells += [cell(response?.max), cell(record.sendLag?[0.99])]
            cells.append(cell(record.userPerOperation + record.systemPerOperation))
            cells.append(cell(record.serverUsage.map { $0.time / max(record.seconds, 1e-9) }))
            cells.append(record.void.isEmpty ? "false" : "true")
            let isMet = record.expectations.allSatisfy(\.isMet)
            cells.append(record.expectations.isEmpty ? "" : isMet ? "true" : "false")
            text += cells.joined(separator: ",") + "\n"
        }
        return text
    }

    /// A rate to a thousandth, without zeros behind it.
    static func number(_ value: Double) -> String { decimalText((value * 1000).rounded() / 1000) }

    private static func cell(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
}
