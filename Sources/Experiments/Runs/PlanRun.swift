internal import Clusters
internal import Consistency
import FoundationEssentials
internal import Quantities
internal import Report
internal import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// One run of a plan, from its folder to its report.
final class PlanRun {
    private let plan: Plan
    private let schedule: Schedule
    private let executables: RunExecutables
    private let fabric: any Fabric.Type
    private let options: RunOptions
    private let files: RunFiles
    /// Kept whole at every moment, so that the watchdog can write it.
    private let record: RunRecordKeeper
    private let console = Console()
    private let progress: Progress
    private let watchdog: Watchdog
    private let processorTime = ProcessorTime.read()

    /// A failing machine fails every trial; a hiccup fails one.
    private static let mostFailuresInARow = 2

    init(
        _ plan: Plan,
        _ schedule: Schedule,
        _ executables: RunExecutables,
        on fabric: any Fabric.Type,
        _ options: RunOptions
    ) throws(CommandFailure) {
        (self.plan, self.schedule, self.executables) = (plan, schedule, executables)
        (self.fabric, self.options) = (fabric, options)
        let start = Date.now
        let folder = try ResultsFolder(root: options.resultsRoot, plan: plan.name, at: start)
        let first = RunRecord(
            plan,
            schedule,
            folder,
            fabric: fabric.name,
            system: schedule.trials.first.flatMap { trial in
                ProgramVersion.line(of: executables[trial.cell]) ?? trial.cell.system.kind
            },
            options,
            at: start
        )
        do {
            files = try RunFiles(folder: folder, plan: plan, schedule: schedule, record: first)
        } catch {
            throw CommandFailure(.void, "\(error)")
        }
        let keeper = RunRecordKeeper(first, files)
        record = keeper
        progress = Progress(
            console: console,
            trials: schedule.trials.count,
            estimate: schedule.estimate
        )
        let console = console
        let limit = options.watchdog ?? schedule.watchdogLimit(plan)
        let whose = options.watchdog == nil ? "twice the estimate and more" : "--watchdog"
        let isJSON = options.json
        watchdog = Watchdog(limit: limit) { step in
            let why = "the limit of \(durationText(limit)) (\(whose)) passed in \(step)"
            keeper.abandon("\(why), and the run was ended")
            let record = keeper.current
            try? writeReports(of: record, to: folder.path)
            RunOutcome(record: record, folder: folder.path, isJSON: isJSON).show(on: console)
            _exit(Int32(ExitCode.void.rawValue))
        }
        Interruption.announce(folder: folder.path)
    }

    func carryOut() async -> ExitCode {
        let redrawing = Task { [progress] in
            while !Task.isCancelled {
                progress.redraw()
                try? await Task.sleep(for: .milliseconds(250))
            }
        }
        var failures = 0
        for (index, trial) in schedule.trials.enumerated() {
            guard !Interruption.isRequested, failures < Self.mostFailuresInARow else { break }
            let rest = schedule.trials[index...].reduce(Duration.zero) { $0 + $1.estimate }
            progress.begin(trial: trial, remaining: rest)
            guard let result = await carryOut(trial) else { break }
            if case .failed = result { failures += 1 } else { failures = 0 }
            // A start that fails at once would fail everywhere.
            if index == 0, failures > 0 { break }
        }
        redrawing.cancel()
        await redrawing.value
        return finish()
    }

    private enum TrialResult {
        case judged, failed
    }

    /// Nil when the user interrupted it before it had a result.
    private func carryOut(_ trial: ScheduledTrial) async -> TrialResult? {
        let directory: String
        let outcome: TrialRecord?
        var result = TrialResult.judged
        var keepsData = false
        do {
            directory = try files.createTrialFolder(trial)
        } catch {
            progress.note("ordeal run: \(error)")
            return .failed
        }
        do throws(ClusterError) {
            var trial = trial
            // What nobody records nobody can judge before the end.
            if options.failFast {
                if let obstacle = trial.cell.workload.historyObstacle {
                    progress.note("nothing is judged before the end: \(obstacle)")
                } else {
                    trial.cell.workload.history = true
                }
            }
            let setting = TrialSetting(trial, folder: files.folder.file(directory))
            let run = Trial(setting, directory: directory, in: try surroundings(of: trial))
            outcome = try await run.carryOut()
            keepsData = run.foundViolation
        } catch {
            progress.note("trial \(trial.number) (\(trial.cell.name)): \(error.message)")
            outcome = TrialRecord(
                seed: trial.seed,
                directory: directory,
                duration: 0,
                verdict: .void([error.message])
            )
            result = .failed
        }
        guard let outcome else { return nil }
        keep(outcome, of: trial, withData: keepsData)
        return result
    }

    private func surroundings(
        of trial: ScheduledTrial
    ) throws(ClusterError) -> TrialSurroundings {
        let kind = trial.cell.system.kind
        guard let system = systemsUnderTest.first(where: { $0.name == kind }) else {
            throw .unsupported("there is no system \(kind)")
        }
        return TrialSurroundings(
            fabric: fabric,
            executable: executables[trial.cell],
            system: system.init(),
            convergenceBound: plan.convergenceBound,
            journal: files.journal,
            progress: progress,
            watchdog: watchdog,
            failFast: options.failFast
        )
    }

    private func keep(_ outcome: TrialRecord, of trial: ScheduledTrial, withData: Bool) {
        var line = JournalLine("verdict", trial: trial.number)
        line.text = ([outcome.verdict.name] + outcome.verdict.reasons).joined(separator: "; ")
        files.journal.append(line)
        record.append(outcome, cell: trial.cell)
        do {
            try files.write(outcome)
        } catch {
            progress.note("ordeal run: \(error)")
        }
        // The stores' data tell what the ledger already says, unless a promise was broken.
        if outcome.verdict.name != "invalid", !withData {
            try? FileManager.default.removeItem(
                atPath: files.folder.file("\(outcome.directory)/data")
            )
        }
    }

    private func finish() -> ExitCode {
        watchdog.cancel()
        let unfinished = schedule.trials.count - record.trialCount
        let steal = processorTime.flatMap { before in
            ProcessorTime.read().flatMap { $0.steal(since: before) }
        }
        let code = record.finish(unfinished: unfinished, steal: steal)
        let finished = record.current
        do {
            try writeReports(of: finished, to: files.folder.path)
        } catch {
            console.line("ordeal run: \(error)")
        }
        RunOutcome(record: finished, folder: files.folder.path, isJSON: options.json)
            .show(on: console)
        return code
    }
}

extension Schedule {
    /// What no run that is merely slow comes to.
    fileprivate func watchdogLimit(_ plan: Plan) -> Duration {
        estimate * 2 + (plan.convergenceBound + .seconds(60)) * trials.count + .seconds(60)
    }
}
