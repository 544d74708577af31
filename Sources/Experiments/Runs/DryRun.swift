internal import Clusters
internal import Consistency
import FoundationEssentials
internal import Quantities

/// What a run would do, and what this machine would refuse of it: `--dry-run`.
struct DryRun {
    private let plan: Plan
    private let schedule: Schedule
    /// Why the run would not begin here; none where it would.
    private let warnings: [String]

    init(_ plan: Plan, _ schedule: Schedule, _ options: RunOptions) {
        (self.plan, self.schedule) = (plan, schedule)
        var warnings: [String] = []
        do throws(CommandFailure) {
            _ = try RunExecutables(schedule)
        } catch {
            warnings.append(error.description)
        }
        do throws(CommandFailure) {
            _ = try FabricDecision.checked(plan, schedule, options)
        } catch {
            warnings.append(error.description)
        }
        self.warnings = warnings
    }

    /// The object of `--dry-run --json`.
    private struct Document: Encodable {
        var plan: String
        var seed: UInt64
        var estimatedSeconds: Double
        var schedule: [ScheduleLine]
        var warnings: [String]
    }

    func show(isJSON: Bool) -> ExitCode {
        for warning in warnings {
            printError("ordeal run: warning: this machine would refuse it: \(warning)")
        }
        guard isJSON else {
            printOut(schedule.text(of: plan))
            return .ok
        }
        let document = Document(
            plan: plan.name,
            seed: plan.seed,
            estimatedSeconds: schedule.estimate.seconds,
            schedule: schedule.lines,
            warnings: warnings
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            printOut(String(decoding: try encoder.encode(document), as: UTF8.self))
            return .ok
        } catch {
            printError("ordeal run: the schedule cannot be written as JSON: \(error)")
            return .internal
        }
    }
}
