internal import Clusters
internal import Determinism
internal import Faults
internal import LoadGeneration
internal import Workloads

/// What a scheduled trial comes to in processes, places and files.
struct TrialSetting: Sendable {
    let trial: ScheduledTrial
    /// The trial's folder.
    let folder: String
    let seed: Seed
    let workload: AnyWorkload
    let faults: FaultSchedule
    let layout: FabricLayout
    /// Nodes that faults let join.
    let spareCount: Int
    let workers: Int

    init(_ trial: ScheduledTrial, folder: String) {
        self.trial = trial
        self.folder = folder
        seed = Seed(trial.seed)
        let cell = trial.cell
        workload = AnyWorkload(cell.workload.workload)
        faults = FaultSchedule(cell.faults.map { ($0.at, $0.fault) }, seed: seed)
        // Clients that go along with a cut-off node need a place of their own.
        let groups = cell.faults.contains { $0.fields.withClients } ? 2 : 1
        workers = max(groups, cell.workload.workers ?? 1)
        spareCount = cell.faults.count { type(of: $0.fault).takesSpare }
        layout = FabricLayout(
            nodeCount: cell.system.nodes + spareCount,
            clientGroups: groups
        )
    }

    /// What the history is held against; nil where none is recorded.
    var historyModel: String? {
        switch type(of: workload.base).sharing {
        case .shared(let model): model
        case .owned: trial.cell.workload.history ? "register" : nil
        case .unjudged: nil
        }
    }

    /// Whether anybody knows what the clients' requests mean.
    var judgesWrites: Bool { type(of: workload.base).sharing != .unjudged }

    /// Each bank is one of its own.
    var judgesGroupsApart: Bool {
        workload.base.mix.shares.contains { $0.kind == .readBalances }
    }

    /// Of all history files of a trial together: about ten million operations, which a judge still
    /// holds in memory.
    private static let historyBytes = 256 << 20

    func specification(executable: String) -> ClusterSpecification {
        let system = trial.cell.system
        var specification = ClusterSpecification(
            nodeCount: system.nodes,
            replicas: system.copies,
            shards: system.shards,
            placement: system.placement,
            replication: system.replication,
            durability: system.durability,
            executable: executable,
            dataDirectory: "\(folder)/data"
        )
        specification.detector = system.detector
        specification.minimumInSync = system.minimumInSync
        specification.reads = system.reads
        specification.moveRate = system.moveRate
        specification.spareCount = spareCount
        specification.weights = system.weights
        specification.zones = system.zones
        return specification
    }

    /// The client group of a worker, counted from 1.
    func group(ofWorker worker: Int) -> Int { worker % layout.clientGroups + 1 }

    func configuration(ofWorker worker: Int, addresses: [Address]) -> WorkerConfiguration {
        let plan = trial.cell.workload
        let clients = plan.clients / workers + (worker < plan.clients % workers ? 1 : 0)
        var configuration = WorkerConfiguration(
            worker: worker,
            workers: workers,
            seed: seed,
            group: Faults.Endpoint.clients(group(ofWorker: worker)).name,
            endpoints: addresses,
            workload: workload,
            clients: max(1, clients),
            load: plan.load.shape,
            folder: "\(folder)/workers"
        )
        configuration.warmup = plan.warmup
        configuration.measure = plan.measure
        configuration.limits.request = plan.timeout
        configuration.historyLimit = historyModel.map { _ in Self.historyBytes / workers }
        return configuration
    }
}

/// Where load workers find a node.
typealias Address = LoadGeneration.Endpoint

extension WorkloadPlan.Load {
    fileprivate var shape: LoadShape {
        switch self {
        case .closed: .closed(pipeline: 1)
        case .open(let profile, let process): .arrivals(profile, process: process)
        case .recorded(let file, _): .recorded(file: file)
        }
    }
}

extension SystemPlan {
    /// A mode that copies nothing has one copy, whatever the matrix says beside it.
    var copies: Int { replication == "none" ? 1 : replicas }
}
