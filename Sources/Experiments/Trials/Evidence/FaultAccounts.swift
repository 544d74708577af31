internal import Clusters
internal import Consistency
internal import Faults
internal import Report
internal import Topology

/// A fault as the reports, the checkers and the journal want it.
struct FaultAccount {
    let record: Clusters.FaultRecord
    /// CLOCK_MONOTONIC.
    let measureStart: Int64

    private var nodes: [Int] {
        record.touched.compactMap { $0.node.map { Int($0.value) } }
    }

    /// `machine-crash of node-3`.
    var name: String {
        guard let who = record.victim ?? record.touched.first else { return record.fault }
        return "\(record.fault) of \(who.name)"
    }

    /// Whether it has struck and is not healed.
    var isActive: Bool { record.appliedAt != nil && record.healedAt == nil }

    /// What happened to it last: `struck at 2.0 s`.
    var deed: String {
        let problems = record.problems.isEmpty ? "" : ": " + record.problems.joined(separator: "; ")
        if let healed = record.healedAt { return "healed at \(moment(healed))\(problems)" }
        if let applied = record.appliedAt { return "struck at \(moment(applied))\(problems)" }
        return "failed\(problems)"
    }

    private func moment(_ time: UInt64) -> String {
        let tenths = Int((seconds(time) * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) s"
    }

    var mark: FaultMark {
        FaultMark(
            name: name,
            appliedAt: record.appliedAt.map { Int64($0) },
            healedAt: record.healedAt.map { Int64($0) },
            nodes: nodes,
            hasEvidence: record.hasEvidence
        )
    }

    var report: Report.FaultRecord {
        let outcome: Report.FaultRecord.Outcome =
            if record.appliedAt == nil {
                record.problems.isEmpty ? .pending : .failed
            } else if !record.problems.isEmpty {
                .failed
            } else {
                record.healedAt == nil ? .applied : .healed
            }
        let detail = record.problems + [record.note].compactMap { $0 }
        return Report.FaultRecord(
            fault: record.fault,
            target: record.target ?? "",
            // A fault that chooses by itself is named after whom it chose.
            resolvedTarget: (record.victim ?? record.touched.first)?.name,
            nodes: nodes,
            scheduledAt: seconds(record.scheduledAt),
            appliedAt: record.appliedAt.map(seconds),
            healedAt: record.healedAt.map(seconds),
            evidence: record.evidence.map { .init(name: $0.expected.name, value: $0.reading) },
            outcome: outcome,
            detail: detail.isEmpty ? nil : detail.joined(separator: "; ")
        )
    }

    /// The copies that the strike destroyed: of processes that ended, where memory was all they had.
    func copyLosses(durability: String) -> [CopyLoss] {
        guard durability == "memory", let applied = record.appliedAt else { return [] }
        return record.evidence.compactMap { evidence in
            switch evidence.expected {
            case .processGone(let endpoint), .processReplaced(let endpoint):
                endpoint.node.map { node in
                    CopyLoss(node: Int(node.value), at: Int64(applied), readmittedAt: nil)
                }
            case .packetsDropped, .processStopped, .nodeJoined, .nodeLeft: nil
            }
        }
    }

    func journalLine(trial: Int) -> JournalLine {
        let event =
            record.healedAt != nil ? "healed" : record.appliedAt != nil ? "applied" : "failed"
        var line = JournalLine(event, trial: trial)
        line.fault = record.index
        line.name = record.fault
        line.scheduled = seconds(record.scheduledAt)
        line.at = (record.healedAt ?? record.appliedAt).map(seconds)
        line.target = record.victim?.name
        line.actions = record.actions
        if record.healedAt != nil {
            line.evidence = record.evidence.reduce(into: [:]) { $0[$1.expected.name] = $1.reading }
        }
        if !record.problems.isEmpty { line.text = record.problems.joined(separator: "; ") }
        return line
    }

    private func seconds(_ time: UInt64) -> Double {
        Double(Int64(time) - measureStart) / 1e9
    }
}

extension ExpectedEvidence {
    var name: String {
        switch self {
        case .packetsDropped: "packets dropped"
        case .processGone(let endpoint): "\(endpoint.name) gone"
        case .processStopped(let endpoint): "\(endpoint.name) stopped"
        case .processReplaced(let endpoint): "\(endpoint.name) replaced"
        case .nodeJoined(let endpoint): "\(endpoint.name) joined"
        case .nodeLeft(let endpoint): "\(endpoint.name) left"
        }
    }
}
