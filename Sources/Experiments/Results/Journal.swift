import FoundationEssentials
internal import Synchronization

/// One line of `journal.jsonl`: something that was done, or that happened.
struct JournalLine: Codable, Sendable, Equatable {
    var utc = ""
    var trial: Int?
    /// `phase`, `applied`, `healed`, `failed`, `evidence`, `ended`, `interrupted`, `verdict`.
    var event: String
    /// Seconds from the start of the measurement; negative before it, nil outside a trial.
    var at: Double?
    var phase: String?
    /// The fault's number in the schedule, from 0.
    var fault: Int?
    var name: String?
    /// When it was due.
    var scheduled: Double?
    var target: String?
    /// The actions that were carried out.
    var actions: [String]?
    var evidence: [String: String]?
    var text: String?

    init(_ event: String, trial: Int? = nil) {
        self.event = event
        self.trial = trial
    }
}

/// What was done, line by line, each in the file as soon as it was done.
final class Journal: Sendable {
    private let file: Mutex<LineFile>

    init(creating path: String) throws(FileFailure) {
        file = Mutex(try LineFile(creating: path))
    }

    /// A line that cannot be written is no reason to stop a run; the disk's fault shows elsewhere.
    func append(_ line: JournalLine) {
        var line = line
        line.utc = Date.now.formatted(.iso8601.time(includingFractionalSeconds: true))
        guard let bytes = try? encodedLines([line]) else { return }
        file.withLock { try? $0.append(bytes) }
    }
}
