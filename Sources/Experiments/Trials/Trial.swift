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
    let online: OnlineHistory?

    /// From nothing to serving.
    private static let startBound = Duration.seconds(20)
    /// For every replica to be counted again, which the audit does not wait for.
    static let replicationBound = Duration.seconds(5)
    /// Beyond the requests' own time limit.
    static let drainBound = Duration.seconds(20)
    /// What loading may take beyond a slow machine's rate.
    private static let loadBound = Duration.seconds(30)
    private static let slowestLoad = 2000.0
    /// From the decision to start until the first request is due, so that every worker is ready.
    static let startLead: Int64 = 100_000_000

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
