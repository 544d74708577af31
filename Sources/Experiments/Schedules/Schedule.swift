internal import Consistency
internal import Determinism
internal import Quantities

/// A plan with nothing left to choose: every trial in its order, with its seed and its faults.
///
/// It is written before anything starts, so that what was going to happen is known even if the run
/// dies.
public struct Schedule: Sendable {
    public var trials: [ScheduledTrial]

    /// What a cluster takes to start, to be filled, to heal, to be audited and to stop, for the
    /// estimate alone.
    static let trialOverhead = Duration.milliseconds(3500)
    static let recordsLoadedPerSecond = 40_000.0

    /// - Parameter only: A cell's name or a part of it; nil for every cell.
    public init(_ plan: Plan, only: String? = nil) throws(CommandFailure) {
        let cells = try Self.chosen(plan.cells, only: only)
        trials = []
        // Whole rounds of all cells, so that a machine that slows down slows every cell alike.
        for repetition in 1...plan.repetitions {
            // The cells of one round share a seed: they differ in nothing but their parameters.
            let seed = Seed(plan.seed).derived("trial").derived(repetition)
            for cell in cells {
                trials.append(
                    ScheduledTrial(
                        number: trials.count + 1,
                        cell: cell,
                        repetition: repetition,
                        seed: seed.rawValue
                    )
                )
            }
        }
    }

    public var estimate: Duration {
        trials.reduce(.zero) { $0 + $1.estimate }
    }

    /// Every cell with exactly this name, else all with this text in their name.
    private static func chosen(
        _ cells: [Cell],
        only: String?
    ) throws(CommandFailure) -> [Cell] {
        guard let only else { return cells }
        let exact = cells.filter { $0.name == only }
        if !exact.isEmpty { return exact }
        let matching = cells.filter { $0.name.contains(only) }
        if !matching.isEmpty, !only.isEmpty { return matching }
        let names = cells.map(\.name)
        let nearest = nearestName(to: only, among: names).map { "did you mean \"\($0)\"? " } ?? ""
        let list = names.prefix(20).joined(separator: "\n  ")
        let more = names.count > 20 ? "\n  and \(names.count - 20) more" : ""
        throw CommandFailure(
            .usage,
            "--only \(only): no such cell; \(nearest)the plan's cells:\n  \(list)\(more)"
        )
    }
}

/// One fresh cluster, one measurement.
public struct ScheduledTrial: Sendable {
    /// Counted from 1 over the whole run.
    public var number: Int
    public var cell: Cell
    /// Counted from 1 within the cell.
    public var repetition: Int
    public var seed: UInt64

    public var estimate: Duration {
        let records = Double(cell.workload.records)
        return Schedule.trialOverhead + .seconds(records / Schedule.recordsLoadedPerSecond)
            + cell.workload.warmup + cell.workload.measure
    }

    /// `0002-replication=quorum`, short enough for any file system.
    public var folderName: String {
        let digits = String(number)
        let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        let plain = cell.name.map { character in
            character.isASCII
                && (character.isLetter || character.isNumber || "=,-.".contains(character))
                ? character : "_"
        }
        return "\(padded)-\(String(plain).prefix(120))"
    }
}
