internal import Clusters
internal import Consistency
internal import Faults
internal import Histories
internal import LoadGeneration
internal import Quantities
internal import Report
internal import Workloads

/// What a trial needs of the run it belongs to.
struct TrialSurroundings {
    var fabric: any Fabric.Type
    /// The store's executable.
    var executable: String
    var system: any SystemUnderTest
    var convergenceBound: Duration
    var journal: Journal
    var progress: Progress
    var watchdog: Watchdog
    var failFast: Bool
}

/// One fresh cluster: start, fill, warm up, measure under faults, heal, converge, audit, judge.
final class Trial {
    let setting: TrialSetting
    let surroundings: TrialSurroundings
    let clock: TrialClock
    let directory: String
    var notes: [String] = []
    var doubts: [String] = []
    var voids: [String] = []
    /// Where the load is to end at the first violation.
    private let online: OnlineHistory?

    /// From nothing to serving.
    private static let startBound = Duration.seconds(20)
    /// For every replica to be counted again, which the audit does not wait for.
    static let replicationBound = Duration.seconds(5)
    /// Beyond the requests' own time limit.
    private static let drainBound = Duration.seconds(20)
    /// What loading may take beyond a slow machine's rate.
    private static let loadBound = Duration.seconds(30)
    private static let slowestLoad = 2000.0
    /// From the decision to start until the first request is due, so that every worker is ready.
    private static let startLead: Int64 = 100_000_000

    /// - Parameter directory: The trial's folder, relative to the run's.
    init(_ setting: TrialSetting, directory: String, in surroundings: TrialSurroundings) {
        self.setting = setting
        self.directory = directory
        self.surroundings = surroundings
        online = surroundings.failFast ? OnlineHistory(setting) : nil
        clock = TrialClock(
            trial: setting.trial.number,
            progress: surroundings.progress,
            watchdog: surroundings.watchdog,
            journal: surroundings.journal
        )
    }

    /// Nil when the user interrupted it before there was anything to judge.
    ///
    /// Whatever happens, its cluster is gone afterwards.
    func carryOut() async throws(ClusterError) -> TrialRecord? {
        clock.enter("start")
        let fabric = try makeFabric()
        do throws(ClusterError) {
            try fabric.build()
            let record = try await inCluster(on: fabric)
            fabric.tearDown()
            return record
        } catch {
            fabric.tearDown()
            throw error
        }
    }

    private func makeFabric() throws(ClusterError) -> any Fabric {
        surroundings.fabric == NamespacesFabric.self
            ? try NamespacesFabric(setting.layout) : try LoopbackFabric(setting.layout)
    }

    private func inCluster(on fabric: any Fabric) async throws(ClusterError) -> TrialRecord? {
        let progress = surroundings.progress
        let cluster = try Cluster(
            surroundings.system,
            setting.specification(executable: surroundings.executable),
            on: fabric,
            logDirectory: "\(setting.folder)/nodes",
            onUnexpectedEnd: { end in
                progress.note(end.headline)
            }
        )
        var isStarted = false
        do throws(ClusterError) {
            try await cluster.start(within: Self.startBound)
            isStarted = true
            let record = try await underLoad(cluster)
            await cluster.stop()
            return record
        } catch {
            let ends = cluster.processes.unexpectedEnds
            await cluster.stop()
            // A store that crashes under load has been judged.
            if isStarted, let record = crashed(ends) { return record }
            throw Self.headline(error, ends.first)
        }
    }

    /// A store that died first is why the rest failed, whoever complained of it.
    private static func headline(_ error: ClusterError, _ end: UnexpectedEnd?) -> ClusterError {
        guard let end else { return error }
        var lines = end.log.suffix(1) + end.log.dropLast().map { "  | \($0)" }
        if case .ended = error {} else { lines.append("  then \(error.message)") }
        return .system(what: end.deed, why: lines.joined(separator: "\n"))
    }

    private func underLoad(_ cluster: Cluster) async throws(ClusterError) -> TrialRecord? {
        clock.enter("load")
        let load = try startWorkers(cluster)
        defer { load.kill() }
        let records = Double(setting.workload.base.records)
        try await load.awaitLoaded(within: Self.loadBound + .seconds(records / Self.slowestLoad))
        guard !Interruption.isRequested else { return nil }
        // Cutting what was never replicated would show nothing.
        try await cluster.awaitReplicated(within: Self.startBound)
        let nodes = cluster.clusterNodes
        let prober: Prober
        do {
            prober = try await Prober.start(nodes: nodes)
        } catch {
            throw .system(what: "the availability probe", why: "\(error)")
        }
        let outcome: Result<Measurement, ClusterError>
        do throws(ClusterError) {
            outcome = .success(try await measure(cluster, load))
        } catch {
            outcome = .failure(error)
        }
        // It is stopped once, whatever became of the measurement.
        let probes = await prober.stop()
        var measurement = try outcome.get()
        measurement.probes = probes
        return try await judge(measurement, cluster)
    }

    private func startWorkers(_ cluster: Cluster) throws(ClusterError) -> LoadWorkers {
        let addresses = cluster.addresses.map { Address(host: $0.host, port: Int($0.port)) }
        var workers: [LoadWorkerProcess] = []
        for worker in 0..<setting.workers {
            let group = Faults.Endpoint.clients(setting.group(ofWorker: worker))
            workers.append(
                try LoadWorkerProcess(
                    setting.configuration(ofWorker: worker, addresses: addresses),
                    launcherOptions: cluster.fabric.place(of: group)?.launcherOptions ?? [],
                    errorLog: "\(setting.folder)/workers/worker-\(worker).log"
                )
            )
        }
        return LoadWorkers(workers: workers)
    }
}

// The measurement.
extension Trial {
    struct Measurement {
        var results: [WorkerResult]
        var ledgers: [KeyLedger]
        var probes: [ProbeSample] = []
        var faults: [FaultAccount]
        /// CLOCK_MONOTONIC.
        var healedAt: Int64
    }

    private func measure(
        _ cluster: Cluster,
        _ load: LoadWorkers
    ) async throws(ClusterError) -> Measurement {
        let plan = setting.trial.cell.workload
        var cutShortAt: Int64?
        let start = TrialClock.now + Self.startLead
        let measureStart = start + nanoseconds(plan.warmup)
        let measureEnd = measureStart + nanoseconds(plan.measure)
        clock.measureStart = measureStart
        let actuator = makeActuator(cluster, measureStart: measureStart)
        let schedule = setting.faults
        load.begin(at: start)
        online?.begin()
        defer { online?.end() }
        let faults = Task { await actuator.run(schedule, from: UInt64(measureStart)) }
        do throws(ClusterError) {
            clock.enter("warm-up", length: plan.warmup)
            try await watch(load, until: measureStart)
            checkSteadyState(load)
            clock.enter("measure", length: plan.measure)
            try await watch(load, until: measureEnd)
            if Interruption.isRequested, TrialClock.now < measureEnd {
                cutShortAt = TrialClock.now
                load.stop()
            }
            if online?.violation != nil { load.stop() }
            clock.enter("drain")
            try await load.awaitFinished(within: plan.timeout + Self.drainBound)
            if let violation = online?.violation { await hold(cluster, actuator, violation) }
        } catch {
            await actuator.healEverything()
            await faults.value
            throw error
        }
        clock.enter("heal")
        await actuator.healEverything()
        await faults.value
        let healedAt = TrialClock.now
        let (results, ledgers) = try load.results()
        let records = actuator.records
        if let cutShortAt {
            let struck = Set(records.map(\.index))
            let missed = schedule.entries.filter { !struck.contains($0.index) }
            doubts.append(cutShort(at: cutShortAt - measureStart, before: missed))
        }
        return Measurement(
            results: results,
            ledgers: ledgers,
            faults: records.map { FaultAccount(record: $0, measureStart: measureStart) },
            healedAt: healedAt
        )
    }

    /// Why a trial that the user ended proves nothing, for want of what was still to come.
    private func cutShort(at time: Int64, before missed: [FaultSchedule.Entry]) -> String {
        let measured = durationText(.milliseconds(max(0, time / 100_000_000 * 100)))
        let whole = durationText(setting.trial.cell.workload.measure)
        let faults = missed.map { entry in
            "; \(type(of: entry.fault).name) was due at \(durationText(entry.at)) and never struck"
        }
        return "interrupted after \(measured) of a measurement of \(whole)" + faults.joined()
    }

    private func makeActuator(_ cluster: Cluster, measureStart: Int64) -> ClusterActuator {
        let slots = SlotLoad(
            workload: setting.workload.base,
            workers: setting.workers,
            trialSeed: setting.seed
        )
        let (journal, progress) = (surroundings.journal, surroundings.progress)
        let number = setting.trial.number
        return ClusterActuator(cluster, load: { slots.share(of: $0) }) { record in
            let account = FaultAccount(record: record, measureStart: measureStart)
            journal.append(account.journalLine(trial: number))
            progress.fault(record.index, account.name, isActive: account.isActive, account.deed)
        }
    }

    /// Waits, shows what goes on, and ends early when the user asks or a worker is gone.
    private func watch(
        _ load: LoadWorkers,
        until end: Int64
    ) async throws(ClusterError) {
        while TrialClock.now < end, !Interruption.isRequested, online?.violation == nil {
            try load.check()
            let (rate, p99) = load.progress
            surroundings.progress.measured(rate: rate, p99: p99)
            let rest = Duration.nanoseconds(max(0, end - TrialClock.now))
            try? await Task.sleep(for: min(rest, .milliseconds(100)))
        }
    }

    /// Says what was found; with a terminal, the nodes stay as they are until the user has looked.
    private func hold(
        _ cluster: Cluster,
        _ actuator: ClusterActuator,
        _ violation: String
    ) async {
        notes.append("the load was ended at the first violation: \(violation)")
        surroundings.progress.note("violation: \(violation); the load has ended")
        actuator.stop()
        guard Hold.isAttended else { return }
        clock.enter("hold")
        let hold = Hold(
            cluster: cluster,
            progress: surroundings.progress,
            watchdog: surroundings.watchdog,
            hasOwnNetwork: surroundings.fabric == NamespacesFabric.self
        )
        await hold.wait()
    }

    /// Whether the load was ended because something was found that cannot be right.
    var foundViolation: Bool { online?.violation != nil }

    /// A store that does not serve before anything was broken says nothing about faults.
    private func checkSteadyState(_ load: LoadWorkers) {
        guard setting.trial.cell.workload.warmup >= .seconds(1), !Interruption.isRequested,
            load.progress.rate == 0
        else { return }
        voids.append("no request succeeded at the end of the warm-up, before any fault")
    }
}

private func nanoseconds(_ duration: Duration) -> Int64 {
    Int64(max(0, duration / .nanoseconds(1)))
}
