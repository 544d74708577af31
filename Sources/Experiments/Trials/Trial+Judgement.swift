internal import Clusters
internal import Consistency
internal import Faults
internal import Histories
internal import LoadGeneration
internal import Report
internal import Topology
internal import Workloads

/// What was found once the load had ended and everything was healed.
struct TrialAftermath {
    var readings: [KeyReading] = []
    var copyReadings: [CopyReading] = []
    var convergence: Convergence?
    var history: HistoryEvidence?
    var mapHistory: MapHistory?
    var claims: [PrimaryClaim] = []
    var deaths: [ProcessDeath] = []
    var logs: LogSearch?
}

extension Trial {
    func judge(
        _ measurement: Measurement,
        _ cluster: Cluster
    ) async throws(ClusterError) -> TrialRecord {
        clock.enter("converge")
        let bound = surroundings.convergenceBound
        do throws(ClusterError) {
            try await cluster.awaitServing(within: bound)
            try await cluster.awaitSettled(within: bound)
            // What the replicas hold is for the audit to say; this is what the store says of them.
            do throws(ClusterError) {
                try await cluster.awaitReplicated(within: min(bound, Self.replicationBound))
            } catch {
                notes.append("after everything was healed: \(error.message)")
            }
        } catch {
            doubts.append("after everything was healed: \(error.message)")
        }
        let settled = await NodeSnapshot.take(of: cluster)
        clock.enter("audit")
        var aftermath = TrialAftermath()
        if let history = TrialHistory(setting) {
            try await read(history, measurement, cluster, &aftermath)
        }
        if !setting.judgesWrites {
            notes.append("no write is judged: nobody knows what the commands mean")
        } else if measurement.ledgers.contains(where: { $0.keys.count > 0 })
            || aftermath.history == nil
        {
            try await audit(measurement, cluster, &aftermath)
        }
        aftermath.claims = cluster.primaryClaims
        aftermath.deaths = cluster.processes.unexpectedEnds.map(ProcessDeath.init)
        clock.enter("judge")
        aftermath.logs = NodeLogs(
            folder: setting.folder,
            patterns: PanicPatterns(surroundings.system.panicPatterns)
        ).search()
        let data = setting.specification(executable: surroundings.executable).dataDirectory
        aftermath.mapHistory = surroundings.system.mapHistory.flatMap {
            MapHistoryFile.take(from: "\(data)/\($0)", into: setting.folder)
        }
        let judgement = TrialJudgement(
            setting: setting,
            directory: directory,
            measurement: measurement,
            aftermath: aftermath
        )
        var record = judgement.record(voids: voids, doubts: doubts, notes: notes)
        if measurement.nodes.count == 2 {
            let accounts = NodeAccounts(
                specification: cluster.specification,
                workload: setting.workload.base,
                begin: measurement.nodes[0],
                end: measurement.nodes[1],
                settled: settled,
                steps: cluster.membershipSteps
            )
            record.balance = accounts.balance
            record.movement = accounts.movement
        }
        record.phases = clock.phases()
        return record
    }

    /// The record of a trial whose store crashed before there was anything else to judge.
    func crashed(_ ends: [UnexpectedEnd]) -> TrialRecord? {
        let start = clock.measureStart ?? TrialClock.now
        let finding = ProcessDeathChecker().check(
            TrialEvidence(
                measurementStart: start,
                measurementEnd: start,
                deaths: ends.map(ProcessDeath.init)
            )
        )
        guard case .invalid = finding.verdict else { return nil }
        var record = TrialRecord(
            seed: setting.trial.seed,
            directory: directory,
            duration: 0,
            verdict: finding.verdict
        )
        record.checks = [TrialRecord.Check(finding)]
        record.phases = clock.phases()
        return record
    }

    /// How long the replicas may still take to agree.
    private func rest(since healedAt: Int64) -> Duration {
        max(.zero, surroundings.convergenceBound - .nanoseconds(TrialClock.now - healedAt))
    }

    private func seconds(since healedAt: Int64) -> Double {
        Double(TrialClock.now - healedAt) / 1e9
    }

    /// Reads every written key from every replica, those that disagree until they agree or the
    /// bound is over.
    private func audit(
        _ measurement: Measurement,
        _ cluster: Cluster,
        _ aftermath: inout TrialAftermath
    ) async throws(ClusterError) {
        let shardCount = setting.trial.cell.system.shards
        let keys = ReplicaAudit.writtenKeys(of: measurement.ledgers)
        let before = seconds(since: measurement.healedAt)
        var readings: [KeyReading] = []
        let summary: ReplicaAudit.Summary
        do {
            summary = try await ReplicaAudit(
                nodes: cluster.clusterNodes,
                naming: setting.workload.base.shape.naming
            ).read(
                keys,
                settleWithin: rest(since: measurement.healedAt)
            ) { readings.append(KeyReading($0, shardCount: shardCount)) }
        } catch {
            throw .system(what: "the audit", why: "\(error)")
        }
        if !summary.isMapComplete {
            doubts.append("some slots had no replicas when they were audited")
        }
        aftermath.readings = readings
        aftermath.convergence = Convergence(
            bound: surroundings.convergenceBound / .seconds(1),
            settledAfter: summary.settledAfter.map { before + $0 / .seconds(1) },
            keys: summary.keys,
            copies: summary.copies,
            unreadCopies: summary.unreadCopies,
            isMapComplete: summary.isMapComplete
        )
    }

    /// Reads the history that the clients left, and what the replicas hold under its keys.
    private func read(
        _ history: TrialHistory,
        _ measurement: Measurement,
        _ cluster: Cluster,
        _ aftermath: inout TrialAftermath
    ) async throws(ClusterError) {
        var reader = try history.reader()
        if measurement.ledgers.allSatisfy({ $0.keys.count == 0 }) {
            let dump = CopyDump(nodes: cluster.clusterNodes, workload: setting.workload.base)
            let outcome: CopyDump.Outcome
            do {
                outcome = try await dump.read(
                    reader.keyNames,
                    settleWithin: rest(since: measurement.healedAt)
                )
            } catch {
                throw .system(what: "the reading of every replica", why: "\(error)")
            }
            let shardCount = setting.trial.cell.system.shards
            aftermath.copyReadings = outcome.keys.map { CopyReading($0, shardCount: shardCount) }
            aftermath.convergence = Convergence(
                bound: surroundings.convergenceBound / .seconds(1),
                settledAfter: outcome.isSettled ? seconds(since: measurement.healedAt) : nil,
                keys: outcome.keys.count,
                copies: outcome.copies,
                unreadCopies: outcome.unreadCopies,
                isMapComplete: outcome.isMapComplete
            )
        }
        await history.readOnceMore(&reader, from: cluster.clusterNodes, doubts: &doubts)
        aftermath.history = history.evidence(
            reader,
            measuredFrom: measurement.results.map(\.measureStart).min() ?? 0
        )
    }
}

extension ProcessDeath {
    init(_ end: UnexpectedEnd) {
        let ending: Ending =
            switch end.end {
            case .exited(let code): .exited(code: Int(code))
            case .killed(let signal): .signalled(Int(signal))
            }
        self.init(
            process: end.endpoint.name,
            ending: ending,
            at: Int64(end.atNanoseconds),
            log: end.log
        )
    }
}

extension UnexpectedEnd {
    var deed: String {
        "\(endpoint.name) \(end.text), and no fault had asked it to"
    }

    /// Who ended how, and the last it said.
    var headline: String {
        log.last.map { "\(deed): \($0)" } ?? deed
    }
}
