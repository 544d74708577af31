internal import Consistency
internal import Foundation
internal import Report
internal import Statistics

/// Writes what was found as files for other tools.
struct LoadFiles {
    /// Every second by kind and outcome, as HdrHistogram's tools read it.
    var log: String?
    /// The latencies of all requests, as HdrHistogram's plotter reads them.
    var distribution: String?
    /// The timeline; of several rates, a line for each.
    var table: String?
    /// A page with charts.
    var page: String?

    /// Finds out before anything is measured whether there is a place for each.
    init(_ options: LoadOptions) throws(CommandFailure) {
        log = options.logFile
        distribution = options.distributionFile
        table = options.tableFile
        page = options.pageFile
        for (option, file) in all { try checkPlace(file, of: option) }
    }

    var needsSeries: Bool { log != nil }

    /// By option.
    var all: [(option: String, file: String)] {
        [("--hlog", log), ("--hgrm", distribution), ("--csv", table), ("--html", page)]
            .compactMap { option, file in file.map { (option, $0) } }
    }

    func write(_ findings: LoadFindings) throws(CommandFailure) {
        if let distribution {
            try put(findings.response.percentileDistribution, into: distribution)
        }
        if let table { try put(LoadTable.timeline(findings.record), into: table) }
        if let log { try Self.writeLog(findings, into: log) }
        if let page { try put(Self.page(findings), into: page) }
    }

    /// The tables and the page are of all rates together; logs and distributions are read one by one,
    /// so each rate has a file of its own: `FILE` with `-2000` before its ending.
    func write(_ series: LoadSeriesRecord, _ found: [LoadFindings]) throws(CommandFailure) {
        var seen: [String: Int] = [:]
        for findings in found {
            var rate = LoadTable.number(findings.record.offered ?? 0)
            seen[rate, default: 0] += 1
            if let times = seen[rate], times > 1 { rate += "-\(times)" }
            if let distribution {
                let file = Self.name(distribution, with: rate)
                try put(findings.response.percentileDistribution, into: file)
            }
            if let log { try Self.writeLog(findings, into: Self.name(log, with: rate)) }
        }
        if let table { try put(LoadTable.rates(series), into: table) }
        if let page { try put(Self.page(series), into: page) }
    }

    private static func writeLog(_ findings: LoadFindings, into file: String) throws(CommandFailure)
    {
        try put(into: file) { (append) throws(FileFailure) in
            try LoadLog.write(findings, append)
        }
    }

    private static func page(_ findings: LoadFindings) throws(CommandFailure) -> String {
        let page = LoadPage(
            findings.record,
            course: MergedTimeline(findings.results).course,
            response: findings.response,
            service: findings.service,
            sendLag: findings.sendLag
        )
        return try rendered { try page.render() }
    }

    private static func page(_ series: LoadSeriesRecord) throws(CommandFailure) -> String {
        try rendered { try LoadSeriesPage(series).render() }
    }

    /// `out.hgrm` becomes `out-2000.hgrm`.
    static func name(_ file: String, with part: String) -> String {
        let path = file as NSString
        let ending = path.pathExtension.isEmpty ? "" : ".\(path.pathExtension)"
        return "\(path.deletingPathExtension)-\(part)\(ending)"
    }
}
