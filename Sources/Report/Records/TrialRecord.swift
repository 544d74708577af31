public import Consistency

/// One fresh cluster, one measurement.
public struct TrialRecord: Sendable, Hashable, Codable {
    /// A named stretch of the trial; what comes before the measurement has negative times.
    public struct Phase: Sendable, Hashable, Codable {
        public var name: String
        public var start: Double
        public var end: Double

        public init(name: String, start: Double, end: Double) {
            self.name = name
            self.start = start
            self.end = end
        }
    }

    /// One condition of the plan on this trial.
    public struct Gate: Sendable, Hashable, Codable {
        public var name: String
        /// As written in the plan.
        public var limit: String
        /// What was measured, readable; `nil` if it could not be.
        public var actual: String?
        /// `nil` where the measurement is missing.
        public var passed: Bool?

        public init(name: String, limit: String, actual: String?, passed: Bool?) {
            self.name = name
            self.limit = limit
            self.actual = actual
            self.passed = passed
        }

        /// `gate p99: 52.4 ms, limit < 50 ms`.
        public var sentence: String {
            "gate \(name): \(actual ?? "not measured"), limit \(limit)"
        }
    }

    /// What one checker concluded.
    public struct Check: Sendable, Hashable, Codable {
        public var name: String
        public var verdict: Verdict
        public var notes: [String]
        /// What it looked at.
        public var seen: String?

        public init(name: String, verdict: Verdict, notes: [String], seen: String? = nil) {
            self.name = name
            self.verdict = verdict
            self.notes = notes
            self.seen = seen
        }

        public init(_ finding: Finding) {
            self.init(
                name: finding.checker,
                verdict: finding.verdict,
                notes: finding.notes,
                seen: finding.seen
            )
        }
    }

    public var seed: UInt64
    /// Relative to the run's folder.
    public var directory: String
    /// How long the measurement took.
    public var duration: Double
    public var phases: [Phase] = []
    /// Successful operations per second of measurement.
    public var throughput: Double?
    /// The rate that was asked for; `nil` in a closed loop.
    public var offered: Double?
    public var operations = OperationCounts()
    /// From the intended start of each request.
    public var latency: LatencySummary?
    /// From the moment each request was sent.
    public var serviceTime: LatencySummary?
    /// Why the latencies are not the store's alone, where the trial counts for all that; `nil` where
    /// they are.
    public var latencyReservation: String?
    public var timeline: [TimelineBucket] = []
    /// Of a bucket, in seconds: a tenth, or several of a long trial.
    ///
    /// `nil` in records of old, where it is a tenth.
    public var timelineWidth: Double?
    public var faults: [FaultRecord] = []
    public var availability: AvailabilityAccount?
    public var ledger: LedgerAccount?
    public var history: HistoryAccount?
    public var convergence: Convergence?
    public var generator: GeneratorHealth?
    public var balance: BalanceRecord?
    /// `nil` where nobody joined or left.
    public var movement: MovementRecord?
    public var verdict: Verdict
    /// What the checks come to, of a trial that is void because its load was late and for nothing else.
    ///
    /// Its figures say nothing, its checks still do. `nil` for any other trial.
    public var verdictButForLateness: Verdict?
    public var checks: [Check] = []
    public var gates: [Gate] = []
    /// What a reader must know to judge the figures, one sentence each.
    public var notes: [String] = []

    public init(seed: UInt64, directory: String, duration: Double, verdict: Verdict) {
        self.seed = seed
        self.directory = directory
        self.duration = duration
        self.verdict = verdict
    }

    /// From its start to its verdict; the measurement alone where the phases are not known.
    var wallTime: Double {
        guard let first = phases.first, let last = phases.last else { return duration }
        return last.end - first.start
    }
}

/// How many requests ended how.
public struct OperationCounts: Sendable, Hashable, Codable {
    public var ok = 0
    public var failed = 0
    public var unknown = 0

    public init(ok: Int = 0, failed: Int = 0, unknown: Int = 0) {
        self.ok = ok
        self.failed = failed
        self.unknown = unknown
    }
}

/// Quantiles of a trial's latency, in seconds; `nil` where fewer than ten requests lie above one.
public struct LatencySummary: Sendable, Hashable, Codable {
    public var count: Int
    public var p50: Double?
    public var p99: Double?
    public var p999: Double?
    public var max: Double

    public init(count: Int, p50: Double?, p99: Double?, p999: Double?, max: Double) {
        self.count = count
        self.p50 = p50
        self.p99 = p99
        self.p999 = p999
        self.max = max
    }
}

/// Whether the load generator itself was in the way.
public struct GeneratorHealth: Sendable, Hashable, Codable {
    /// How late requests were sent behind their intended start, in seconds.
    public var sendLagP99: Double?
    public var sendLagMax: Double?
    /// The busiest worker's use of one core, 0…1.
    public var busiestCore: Double?
    /// Processor seconds per operation, all workers together.
    public var cpuPerOperation: Double?
    /// Of the measurement, what a worker's thread was ready and did not run, at most.
    public var waiting: Double?
    /// Requests under way on average, as counted, and as those that ended account for.
    public var underWay: Double?
    public var expectedUnderWay: Double?
    public var workers: Int

    public init(
        sendLagP99: Double? = nil,
        sendLagMax: Double? = nil,
        busiestCore: Double? = nil,
        cpuPerOperation: Double? = nil,
        waiting: Double? = nil,
        underWay: Double? = nil,
        expectedUnderWay: Double? = nil,
        workers: Int
    ) {
        self.sendLagP99 = sendLagP99
        self.sendLagMax = sendLagMax
        self.busiestCore = busiestCore
        self.cpuPerOperation = cpuPerOperation
        self.waiting = waiting
        self.underWay = underWay
        self.expectedUnderWay = expectedUnderWay
        self.workers = workers
    }
}
