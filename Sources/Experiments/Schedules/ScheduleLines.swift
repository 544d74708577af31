internal import Faults
import FoundationEssentials
internal import Quantities
internal import Workloads

/// One line of `schedule.jsonl`: a trial, then its faults.
struct ScheduleLine: Codable, Sendable, Equatable {
    var trial: Int
    var action: String
    var cell: String?
    var repetition: Int?
    var seed: UInt64?
    var estimatedSeconds: Double?
    /// Seconds from the start of the measurement.
    var at: Double?
    var fault: String?
    var target: String?
    var shape: String?
    var withClients: Bool?
    var forSeconds: Double?
    var restartAfterSeconds: Double?
}

extension Schedule {
    var lines: [ScheduleLine] {
        trials.flatMap { trial in
            [
                ScheduleLine(
                    trial: trial.number,
                    action: "trial",
                    cell: trial.cell.name,
                    repetition: trial.repetition,
                    seed: trial.seed,
                    estimatedSeconds: trial.estimate.seconds
                )
            ] + trial.cell.faults.map { ScheduleLine(trial: trial.number, fault: $0) }
        }
    }

    /// The schedule as JSON lines, the keys in one order, so that equal schedules are equal files.
    public func encoded() throws -> [UInt8] {
        try encodedLines(lines)
    }
}

extension ScheduleLine {
    init(trial: Int, fault: FaultPlan) {
        let fields = fault.fields
        self.init(
            trial: trial,
            action: "fault",
            at: fault.at.seconds,
            fault: fault.name,
            target: fault.fault.target?.text,
            shape: fields.shape,
            withClients: fields.withClients ? true : nil,
            forSeconds: fields.duration?.seconds,
            restartAfterSeconds: fields.restartAfter?.seconds
        )
    }
}

extension FaultPlan {
    var name: String { type(of: fault).name }

    /// `partition isolate primary with clients for 2s`.
    var text: String {
        var words = [name]
        if let shape = fields.shape { words.append(shape) }
        if let target = fault.target { words.append(target.text) }
        if fields.withClients { words.append("with clients") }
        if let duration = fields.duration { words.append("for \(durationText(duration))") }
        if let restart = fields.restartAfter {
            words.append("restart after \(durationText(restart))")
        }
        return words.joined(separator: " ")
    }
}

func encodedLines(_ lines: [some Encodable]) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try lines.reduce(into: []) { bytes, line in
        bytes += try encoder.encode(line)
        bytes.append(UInt8(ascii: "\n"))
    }
}

extension Schedule {
    /// What `--dry-run` prints.
    public func text(of plan: Plan) -> String {
        var text = "plan \(plan.name), seed \(plan.seed): \(trials.count) "
        text += trials.count == 1 ? "trial" : "trials"
        text += ", about \(durationText(.seconds(estimate.seconds.rounded())))\n"
        for trial in trials {
            text += trial.text(repetitions: plan.repetitions)
        }
        return text
    }
}

extension ScheduledTrial {
    fileprivate func text(repetitions: Int) -> String {
        let system = cell.system
        let workload = cell.workload
        var text = "\n\(number). \(cell.name)"
        if repetitions > 1 { text += " (repetition \(repetition) of \(repetitions))" }
        text += "\n   \(system.kind): \(system.nodes) nodes, \(system.replicas) replicas, "
        text += "\(system.shards) shards, \(system.placement), \(system.replication), "
        text += "\(system.durability)\n   \(workload.kind): \(workload.records) records of "
        text += "\(workload.shape.valueBytes.text(unit: .bytes)) bytes, "
        text += "\(workload.clients) clients, \(workload.load.text), "
        text += "warm-up \(durationText(workload.warmup)), "
        text += "measure \(durationText(workload.measure)), seed \(seed)\n"
        for fault in cell.faults {
            text += "   at \(durationText(fault.at)): \(fault.text)\n"
        }
        if !cell.gates.isEmpty {
            text += "   gates: \(cell.gates.map(\.text).joined(separator: ", "))\n"
        }
        return text
    }
}
