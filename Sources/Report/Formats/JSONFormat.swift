import Consistency

/// The run in one object for other programs: seconds and operations per second.
///
/// With repeats the figures are medians, and the counts are sums.
public struct JSONFormat: ReportFormat {
    public static let name = "json"
    public static let summary = "one object for other programs"
    public static let fileName: String? = nil

    /// Where the run's folder is, for the `report` of each cell; `nil` means its usual place.
    public var directory: String?

    public init() {}

    public init(directory: String) {
        self.directory = directory
    }

    public func render(_ run: RunRecord) -> String {
        let report = (directory ?? "results/runs/\(run.id)") + "/report.html"
        let document = JSONValue.object([
            .init("plan", .string(run.plan)),
            .init("seed", .unsigned(run.seed)),
            .init("status", .string(run.status.rawValue)),
            .init("verdict", run.verdict.map { .string($0.name) } ?? .null),
            .init("reasons", strings(run.verdict?.reasons ?? [])),
            .init(
                "cells",
                .array(
                    run.cells.enumerated().map { index, cell in
                        self.cell(cell, report: "\(report)#cell-\(index + 1)")
                    }
                )
            ),
        ])
        return JSONText(isPretty: true).text(of: document) + "\n"
    }

    private func cell(_ cell: CellRecord, report: String) -> JSONValue {
        let summary = cell.summary
        return .object([
            .init("parameters", .object(cell.parameters.map { .init($0.name, .string($0.value)) })),
            .init("throughput", number(summary.throughput)),
            .init(
                "latency",
                .object([
                    .init("p50", number(summary.p50)),
                    .init("p99", number(summary.p99)),
                    .init("p999", number(summary.p999)),
                    .init("max", number(summary.max)),
                    .init(
                        "reservation",
                        cell.latencyReservation.map(JSONValue.string) ?? .null
                    ),
                ])
            ),
            .init("longestOutage", number(summary.longestOutage)),
            .init(
                "balance",
                .object([
                    .init("operationsPeak", number(summary.operationsPeak)),
                    .init("bytesPeak", number(summary.bytesPeak)),
                ])
            ),
            .init(
                "movement",
                .object([
                    .init("bytes", number(summary.movedBytes)),
                    .init("shardRatio", number(summary.movedShards)),
                    .init("byteRatio", number(summary.movedRatio)),
                ])
            ),
            .init(
                "ledger",
                .object([
                    .init("acknowledged", integer(summary.acknowledged)),
                    .init("survived", fate(.survived, summary)),
                    .init("overwritten", fate(.overwritten, summary)),
                    .init("lost", integer(summary.lost)),
                    .init("resurrected", integer(summary.resurrected)),
                    .init("garbage", integer(summary.garbage)),
                    .init("unknown", integer(summary.unknown)),
                    .init("unacknowledgedPresent", fate(.unacknowledgedPresent, summary)),
                    .init("unacknowledgedAbsent", fate(.unacknowledgedAbsent, summary)),
                    .init(
                        "unacknowledgedOverwritten",
                        fate(.unacknowledgedOverwritten, summary)
                    ),
                    .init("deleteUndone", fate(.deleteUndone, summary)),
                    .init("duplicateApplied", fate(.duplicateApplied, summary)),
                    .init("divergent", fate(.divergent, summary)),
                ])
            ),
            .init("verdict", .string(summary.verdict.name)),
            .init("reasons", strings(summary.verdict.reasons)),
            .init("gates", .array(cell.gates.map(gate))),
            .init("report", .string(report)),
        ])
    }

    /// `null` where the workload cannot show it.
    private func fate(_ fate: WriteFate, _ summary: CellSummary) -> JSONValue {
        let total = summary.fates.first { $0.fate == fate }
        return integer(total.flatMap { $0.isShown || $0.count > 0 ? $0.count : nil })
    }

    private func gate(_ gate: TrialRecord.Gate) -> JSONValue {
        .object([
            .init("name", .string(gate.name)),
            .init("limit", .string(gate.limit)),
            .init("actual", gate.actual.map(JSONValue.string) ?? .null),
            .init("passed", gate.passed.map(JSONValue.bool) ?? .null),
        ])
    }

    private func strings(_ values: [String]) -> JSONValue {
        .array(values.map(JSONValue.string))
    }

    private func number(_ spread: Spread?) -> JSONValue {
        spread.map { .number(Self.rounded($0.median)) } ?? .null
    }

    /// To nine significant digits: nanoseconds of a second, and no digit that is arithmetic's own.
    private static func rounded(_ value: Double) -> Double {
        guard value != 0, value.isFinite else { return value }
        var scale = 1.0
        while abs(value) * scale < 1e8, scale < 1e20 { scale *= 10 }
        return (value * scale).rounded() / scale
    }

    private func integer(_ value: Int?) -> JSONValue {
        value.map { .integer(Int64($0)) } ?? .null
    }
}
