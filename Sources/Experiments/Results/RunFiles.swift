import FoundationEssentials
internal import Report

/// The files of one run, beside those of its trials.
struct RunFiles: Sendable {
    let folder: ResultsFolder
    let journal: Journal

    /// Makes the folder with the plan, the schedule and a record that says `running`.
    init(
        folder: ResultsFolder,
        plan: Plan,
        schedule: Schedule,
        record: RunRecord
    ) throws {
        self.folder = folder
        try writeDurably(Array(plan.source.utf8), to: folder.file("plan.yaml"))
        try writeDurably(try schedule.encoded(), to: folder.file("schedule.jsonl"))
        journal = try Journal(creating: folder.file("journal.jsonl"))
        try write(record)
        folder.linkAsLatest()
    }

    func write(_ record: RunRecord) throws {
        let text = try JSONText(isPretty: true).encode(record) + "\n"
        try writeDurably(Array(text.utf8), to: folder.file("run.json"))
    }

    /// Makes a trial's folder; returns its path relative to the run's.
    func createTrialFolder(_ trial: ScheduledTrial) throws -> String {
        let relative = "trials/\(trial.folderName)"
        for part in ["nodes", "workers", "data"] {
            try makeFolders(folder.file("\(relative)/\(part)"))
        }
        return relative
    }

    func write(_ trial: TrialRecord) throws {
        let text = try JSONText(isPretty: true).encode(trial) + "\n"
        try writeDurably(Array(text.utf8), to: folder.file("\(trial.directory)/trial.json"))
    }
}
