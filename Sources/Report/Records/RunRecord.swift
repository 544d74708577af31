public import Consistency

/// Everything a report says about one run: the schema of `run.json`.
///
/// Written with `JSONText`, which spells unknown values as null. Times are seconds, and rates are
/// per second; where nothing else is said, times count from the start of a trial's measurement.
public struct RunRecord: Sendable, Hashable, Codable {
    public static let currentSchema = 1

    public enum Status: String, Sendable, Hashable, Codable {
        case running, complete, aborted
    }

    public var schema = RunRecord.currentSchema
    /// The name of the run's folder.
    public var id: String
    public var plan: String
    public var seed: UInt64
    public var status: Status
    public var verdict: Verdict?
    public var exitCode: Int?
    /// UTC, as in `2026-09-20T02:00:00Z`.
    public var startedAt: String
    public var endedAt: String?
    /// The command that repeats this run.
    public var reproduce: String
    public var provenance: Provenance
    public var cells: [CellRecord]
    public var notes: [String]

    public init(
        id: String,
        plan: String,
        seed: UInt64,
        status: Status = .running,
        verdict: Verdict? = nil,
        exitCode: Int? = nil,
        startedAt: String,
        endedAt: String? = nil,
        reproduce: String,
        provenance: Provenance,
        cells: [CellRecord] = [],
        notes: [String] = []
    ) {
        self.id = id
        self.plan = plan
        self.seed = seed
        self.status = status
        self.verdict = verdict
        self.exitCode = exitCode
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.reproduce = reproduce
        self.provenance = provenance
        self.cells = cells
        self.notes = notes
    }
}
