internal import Consistency
internal import Histories
internal import LoadGeneration
internal import Report
internal import Statistics
internal import Workloads

/// Turns what was measured and read into a trial's record, with its verdict.
struct TrialJudgement {
    let setting: TrialSetting
    let directory: String
    let measurement: Trial.Measurement
    let aftermath: TrialAftermath

    func record(voids: [String], doubts: [String], notes: [String]) -> TrialRecord {
        guard let figures = LoadFigures(measurement.results) else {
            return TrialRecord(
                seed: setting.trial.seed,
                directory: directory,
                duration: 0,
                verdict: .void(["no load worker left a result"])
            )
        }
        let timeline = MergedTimeline(measurement.results)
        let evidence = evidence(figures, timeline)
        let findings = checkers.map { $0.init() }.filter { $0.applies(to: evidence) }
            .map { $0.check(evidence) }
        var record = TrialRecord(
            seed: setting.trial.seed,
            directory: directory,
            duration: figures.seconds,
            verdict: .valid
        )
        fill(&record, figures, timeline)
        for finding in findings {
            if let account = finding.account as? LedgerAccount { record.ledger = account }
            if let account = finding.account as? AvailabilityAccount {
                record.availability = account
            }
            if let account = finding.account as? HistoryAccount { record.history = account }
            if let account = finding.account as? Convergence { record.convergence = account }
        }
        record.checks = findings.map(TrialRecord.Check.init)
        record.gates = setting.trial.cell.gates.map { $0.judged(on: record) }
        record.notes = notes
        let endings = measurement.results.map(\.ending)
        let tolerated = judgesLatency ? VoidReason.toleratedLag : Self.toleratedLag
        let ownVoids = figures.voidReasons(endings: endings, toleratedLag: tolerated)
        let allVoids = voids + ownVoids
        // What a gate on latency would be void for is at least said.
        let reservations = ownVoids.isEmpty ? figures.voidReasons(endings: []) : []
        record.notes += reservations.map { "the latencies are not the store's alone: \($0)" }
        record.latencyReservation = reservations.first
        if !figures.littlesLaw.holds { record.notes.append(figures.littlesLaw.text) }
        let few = record.latency.map { ": \(Figure.count($0.count)) successes are too few" } ?? ""
        let unmeasured = zip(record.gates, setting.trial.cell.gates)
            .filter { $0.0.passed == nil }.map { judged, gate in
                "the gate \(judged.name) has nothing to be held against"
                    + (gate.metric.isLatency ? few : "")
            }
        var verdicts = findings.map(\.verdict)
        if !(doubts + unmeasured).isEmpty { verdicts.append(.unknown(doubts + unmeasured)) }
        let checked = Verdict.combined(verdicts)
        record.verdict = allVoids.isEmpty ? checked : .combined([checked, .void(allVoids)])
        if case .void = record.verdict, voids.isEmpty,
            figures.isLateAlone(endings: endings, toleratedLag: tolerated)
        {
            record.verdictButForLateness = checked
            record.notes.append(
                "what was checked is \(checked.name): only the figures do not count"
            )
        }
        return record
    }

    /// Whether a gate rests on a latency.
    private var judgesLatency: Bool {
        setting.trial.cell.gates.contains(where: \.metric.isLatency)
    }

    /// In seconds, where no gate rests on a latency: the load is still what the plan says.
    private static let toleratedLag = 0.05

    private func fill(
        _ record: inout TrialRecord,
        _ figures: LoadFigures,
        _ timeline: MergedTimeline
    ) {
        record.throughput = figures.throughput
        record.offered = figures.offered
        record.operations = figures.counts
        record.latency = LatencySummary(figures.latency)
        record.serviceTime = LatencySummary(figures.service)
        let course = timeline.buckets(hasDensity: true)
        record.timeline = course.buckets
        record.timelineWidth = course.width
        record.generator = figures.health
        record.faults = measurement.faults.map(\.report)
    }

    private func evidence(_ figures: LoadFigures, _ timeline: MergedTimeline) -> TrialEvidence {
        let system = setting.trial.cell.system
        let tenths = Int((figures.seconds / TimelineBucket.width).rounded())
        var evidence = TrialEvidence(
            measurementStart: figures.measureStart,
            measurementEnd: figures.measureEnd,
            okOperations: figures.counts.ok,
            okPerBucket: timeline.counts(\.ok, length: tenths),
            ledgers: measurement.ledgers,
            readings: aftermath.readings,
            copyReadings: aftermath.copyReadings,
            faults: measurement.faults.map(\.mark),
            probes: measurement.probes,
            slowRequests: figures.slowRequests,
            valueBytes: setting.workload.base.shape.valueBytes.only,
            promise: system.promise,
            copyLosses: measurement.faults.flatMap { $0.copyLosses(durability: system.durability) },
            mapHistory: aftermath.mapHistory,
            history: aftermath.history,
            convergence: aftermath.convergence,
            reigns: aftermath.reigns(shardCount: system.shards),
            deaths: aftermath.deaths,
            logs: aftermath.logs
        )
        evidence.judgesWrites = setting.judgesWrites
        // What is under way when the load ends fails after it.
        evidence.failedPerBucket = timeline.counts(\.failed, atLeast: tenths)
        evidence.unknownPerBucket = timeline.counts(\.unknown, atLeast: tenths)
        return evidence
    }
}
