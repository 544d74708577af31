public import Determinism
internal import Histories
public import Workloads

/// Everything one load worker needs to know; the harness writes it as a JSON file.
public struct WorkerConfiguration: Codable, Sendable {
    /// This worker's index among all workers of the trial, from 0.
    public var worker: Int
    /// How many workers share the keys; each owns the keys of its residue class.
    public var workers: Int
    /// The trial's seed, the same for all workers; each derives its own from it.
    public var seed: Seed
    /// Which client group the worker belongs to; only written into its results.
    public var group: String
    /// Nodes to ask for the cluster's map first, or sentinels, or the one node there is.
    public var endpoints: [Endpoint]
    public var discovery = Discovery.clusterSlots
    public var access = Access()
    public var workload: AnyWorkload
    /// This worker's clients; each keeps one connection to every node it talks to.
    public var clients: Int
    public var load: LoadShape
    /// Whether every record this worker owns is written once before it says that it is loaded.
    public var insertsRecords = true
    public var warmup: Duration = .seconds(2)
    public var measure: Duration = .seconds(20)
    public var limits = RequestLimits()
    /// What a client of a closed loop waits before its next request.
    public var thinkTime = Duration.zero
    /// Between two wake-ups of an open loop at least.
    ///
    /// A sleep and a wake cost about 25 µs of processor time, so high rates hand over a few requests
    /// at once; the lag that this causes is recorded like any other.
    public var quantum = Duration.microseconds(100)
    /// Whether an open loop waits awake for what is due in less time than waking takes; see `Vigil`.
    public var staysAwake = false
    /// Whether every second's latencies are kept, by kind and outcome.
    public var keepsSeries = false
    /// Whether what it takes to judge faults is kept: slow requests one by one, up to
    /// `Recorder.slowRequestLimit`, and the counts of every tenth of a second.
    public var keepsFaultEvidence = true
    /// Whether each key is written by one connection, one write at a time, and what became of every
    /// write is known in the end; otherwise keys are anybody's.
    public var keepsLedger = true
    /// The most bytes of the history file; nil where none is asked for.
    public var historyLimit: Int?
    /// Where the result files go; it exists.
    public var folder: String

    public init(
        worker: Int,
        workers: Int,
        seed: Seed,
        group: String,
        endpoints: [Endpoint],
        workload: AnyWorkload,
        clients: Int,
        load: LoadShape,
        folder: String
    ) {
        self.worker = worker
        self.workers = workers
        self.seed = seed
        self.group = group
        self.endpoints = endpoints
        self.workload = workload
        self.clients = clients
        self.load = load
        self.folder = folder
    }
}

/// What decides when the next request is due.
public enum LoadShape: Codable, Sendable, Equatable {
    /// Each client keeps `pipeline` requests under way and sends the next when one is answered.
    case closed(pipeline: Int)
    /// Requests are due at a constant rate, answered or not. The rate is that of all workers
    /// together: each takes its share, which the law of the keys decides.
    case open(operationsPerSecond: Double)
    /// Requests are due as a profile and a process of `arrivalProcesses` say.
    case arrivals(RateProfile, process: String)
    /// Requests are due when a file says, one time a line.
    case recorded(file: String)
}

/// How clients find the primary of a key.
public enum Discovery: Codable, Sendable, Equatable {
    /// By the map of a cluster.
    case clusterSlots
    /// There is one node.
    case fixed
    /// By asking sentinels for the primary of this name.
    case sentinel(primary: String)
}

/// How long a client waits for what.
public struct RequestLimits: Codable, Sendable, Equatable {
    /// From the intended start of a request until it is given up.
    public var request: Duration = .seconds(2)
    /// Silence on a connection with requests under way, before another node is asked for the map.
    public var silence: Duration = .milliseconds(150)
    public var connect: Duration = .milliseconds(250)
    /// Between an answer that asks for patience (CLUSTERDOWN, TRYAGAIN, LOADING) and the next try.
    public var retryPause: Duration = .milliseconds(20)
    /// Whether a request is asked again where that is safe; otherwise it ends there.
    ///
    /// A read whose connection was lost is such a one, and what a node refused for the moment.
    public var retries = true

    public init() {}
}

/// Why a configuration cannot be carried out.
public enum ConfigurationProblem: Error, Equatable, CustomStringConvertible {
    case unreadable(path: String, reason: String)
    case invalid(String)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path): \(reason)"
        case .invalid(let reason): reason
        }
    }
}

extension WorkerConfiguration {
    /// Throws what would otherwise trap later.
    func validate() throws(ConfigurationProblem) {
        guard workers > 0, (0..<workers).contains(worker) else {
            throw .invalid("worker \(worker) is not one of \(workers)")
        }
        let isShared = type(of: workload.base).sharing != .owned
        guard isShared || worker < workload.base.records else {
            throw .invalid("worker \(worker) owns none of \(workload.base.records) records")
        }
        try validateShape()
        guard (1...100_000).contains(clients) else {
            throw .invalid("clients is between 1 and 100,000, not \(clients)")
        }
        guard !endpoints.isEmpty else { throw .invalid("no endpoint to connect to") }
        guard warmup >= .zero, measure > .zero else {
            throw .invalid("a measurement takes time")
        }
        switch load {
        case .closed(let pipeline):
            guard (1...4096).contains(pipeline) else {
                throw .invalid("pipeline is between 1 and 4,096, not \(pipeline)")
            }
        case .open(let rate):
            guard rate > 0, rate <= 100_000_000 else {
                throw .invalid("a rate of \(rate)/s is out of range")
            }
        case .arrivals(_, let process):
            guard arrivalProcesses.contains(where: { $0.name == process }) else {
                throw .invalid("there is no arrival process \(process)")
            }
        case .recorded: break
        }
        let shortest = Duration.milliseconds(1)
        guard limits.request >= shortest, limits.silence >= shortest, limits.connect >= shortest,
            limits.retryPause >= shortest
        else { throw .invalid("limits are at least 1 ms") }
    }
}

extension WorkerConfiguration {
    /// Values must tell the writes apart wherever somebody asks which one was read.
    private func validateShape() throws(ConfigurationProblem) {
        let (kind, shape) = (type(of: workload.base), workload.base.shape)
        var namesWrites = keepsLedger && kind.sharing == .owned || historyLimit != nil
        if case .shared = kind.sharing {
            namesWrites = true
            guard shape.peculiarity == nil else {
                throw .invalid("the records of \(kind.name) all look alike, and stay")
            }
        }
        guard !namesWrites || !workload.base.holdsValues || shape.namesWrites else {
            throw .invalid("a value of less than \(WriteStamp.minimumBytes) bytes names no write")
        }
    }
}
