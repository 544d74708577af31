internal import Clusters
internal import Consistency
import FoundationEssentials
internal import Report
internal import Synchronization
internal import Topology

/// A run's record, whole at every moment and written after every change.
final class RunRecordKeeper: Sendable {
    private let record: Mutex<RunRecord>
    private let files: RunFiles

    /// Beyond this, latencies are the neighbours' as much as the store's.
    private static let noticeableSteal = 0.02

    init(_ record: RunRecord, _ files: RunFiles) {
        self.record = Mutex(record)
        self.files = files
    }

    var current: RunRecord { record.withLock { $0 } }

    var trialCount: Int { current.cells.reduce(0) { $0 + $1.trials.count } }

    func append(_ trial: TrialRecord, cell: Cell) {
        change { record in
            guard let index = record.cells.firstIndex(where: { $0.name == cell.name }) else {
                return
            }
            record.cells[index].append(trial)
        }
    }

    /// The last word of a run that was ended from outside.
    func abandon(_ why: String) {
        change { record in
            record.status = .aborted
            record.verdict = .combined(record.verdicts + [.void([why])])
            record.end(with: .void)
        }
    }

    func finish(unfinished: Int, steal: Double?) -> ExitCode {
        let interrupted = Interruption.isRequested
        var code = ExitCode.ok
        change { record in
            record.provenance.machineSteal = steal
            if let steal, steal > Self.noticeableSteal {
                record.notes.append(
                    "the hypervisor gave \(Figure.percent(steal)) of the processors to others: "
                        + "the figures are those of a slower machine"
                )
            }
            record.status = interrupted || unfinished > 0 ? .aborted : .complete
            // What was carried out may be valid; what the plan asks was not all shown.
            var verdicts = record.verdicts
            if unfinished > 0 {
                let why = interrupted ? "interrupted" : "given up after failures"
                let trials = unfinished == 1 ? "1 trial was" : "\(unfinished) trials were"
                verdicts.append(.unknown(["\(why): \(trials) not carried out"]))
            } else if interrupted {
                record.notes.append("interrupted when every trial had been carried out")
            }
            let verdict = Verdict.combined(verdicts)
            record.verdict = verdict
            let gatesPassed = record.cells.allSatisfy(\.summary.gatesPassed)
            code = ExitCode(verdict: verdict, gatesPassed: gatesPassed)
            // A violation is never hidden, and an interruption hides everything less.
            if interrupted, code != .correctnessViolation { code = .interrupted }
            record.end(with: code)
        }
        return code
    }

    private func change(_ body: (inout RunRecord) -> Void) {
        record.withLock { record in
            body(&record)
            // The record of a full disk is lost; what it says is still shown.
            try? files.write(record)
        }
    }
}

extension RunRecord {
    /// Of the cells that were carried out, at least in part.
    fileprivate var verdicts: [Verdict] {
        cells.filter { !$0.trials.isEmpty }.map(\.summary.verdict)
    }

    fileprivate mutating func end(with code: ExitCode) {
        exitCode = code.rawValue
        endedAt = Date.now.formatted(.iso8601)
    }

    /// What is known before anything starts.
    init(
        _ plan: Plan,
        _ schedule: Schedule,
        _ folder: ResultsFolder,
        fabric: String,
        system: String?,
        _ options: RunOptions,
        at start: Date
    ) {
        let machine = Machine.current()
        let lines = (try? schedule.encoded()) ?? []
        self.init(
            id: folder.name,
            plan: plan.name,
            seed: plan.seed,
            startedAt: start.formatted(.iso8601),
            reproduce: options.reproduction(seed: plan.seed),
            provenance: Provenance(
                toolVersion: ordealVersion,
                gitCommit: (try? Executables.own("ordeal")).flatMap {
                    Machine.gitCommit(besideProgram: $0)
                },
                arguments: CommandLine.arguments,
                system: system,
                fabric: fabric,
                configurationHash: String(StableHash.hash(lines.span), radix: 16),
                host: machine.host,
                cpuModel: machine.cpuModel,
                cores: machine.cores,
                memoryBytes: machine.memoryBytes,
                kernel: machine.kernel,
                swiftVersion: Machine.swiftVersion,
                fsyncCost: SyncCost.measured(in: folder.path)
            )
        )
        for trial in schedule.trials where !cells.contains(where: { $0.name == trial.cell.name }) {
            cells.append(
                CellRecord(
                    name: trial.cell.name,
                    parameters: trial.cell.parameters.map { .init(name: $0.key, value: $0.value) }
                )
            )
        }
    }
}

extension RunOptions {
    /// The command that repeats a run.
    func reproduction(seed: UInt64) -> String {
        var words = ["ordeal run", planFile, "--seed \(seed)"]
        if let only { words.append("--only \(only)") }
        if let repetitions { words.append("--repeat \(repetitions)") }
        if let fabric { words.append("--fabric \(fabric.rawValue)") }
        return words.joined(separator: " ")
    }
}
