public import Statistics

/// What one measurement of `ordeal load` found; times in seconds.
public struct LoadRecord: Sendable, Codable {
    public var target: String
    /// `redis 7.0.15 standalone`.
    public var server: String
    public var workload: String
    /// `open 20000/s`, `closed`.
    public var load: String
    public var clients: Int
    public var workers: Int
    public var seed: UInt64
    public var warmup: Double
    public var seconds: Double
    /// Of the measurement: due by the schedule, and handed over; in a closed loop what was sent.
    public var scheduled: Int
    public var issued: Int
    public var counts: OperationCounts
    /// Per second; nil in a closed loop.
    public var offered: Double?
    /// Between two wake-ups that hand requests over, at least; nil in a closed loop.
    public var quantum: Double?
    /// Successes per second.
    public var achieved: Double
    public var response: Latencies?
    public var service: Latencies?
    public var sendLag: Latencies?
    public var kinds: [Kind] = []
    public var failures: [Failure] = []
    public var generator: Generator
    /// nil where the server is not on this machine, or does not say which process it is.
    public var serverUsage: ServerUsage?
    public var timeline: [TimelineBucket] = []
    /// Of a bucket, in seconds: a tenth, or several of a long load.
    ///
    /// `nil` in records of old, where it is a tenth.
    public var timelineWidth: Double?
    /// The longest stretch without a success.
    public var longestGap: Gap?
    /// How the records were written before; nil where they were taken to be there.
    public var loading: Loading?
    /// Why the figures do not count; empty where they do.
    public var void: [String] = []
    public var expectations: [Expectation] = []

    /// A latency that this part of the requests does not exceed.
    public struct Quantile: Sendable, Codable, Hashable {
        public var fraction: Double
        public var value: Double
    }

    public struct Latencies: Sendable, Codable {
        public var count: Int
        public var mean: Double
        public var max: Double
        /// Those with ten observations above them.
        public var quantiles: [Quantile]
    }

    public struct Kind: Sendable, Codable {
        public var name: String
        public var counts: OperationCounts
        /// Reads that found nothing.
        public var missing: Int
        public var response: Latencies?

        public init(name: String, counts: OperationCounts, missing: Int, response: Latencies?) {
            self.name = name
            self.counts = counts
            self.missing = missing
            self.response = response
        }
    }

    public struct Failure: Sendable, Codable {
        public var name: String
        /// `failed` or `unknown`.
        public var outcome: String
        public var count: Int

        public init(name: String, outcome: String, count: Int) {
            self.name = name
            self.outcome = outcome
            self.count = count
        }
    }

    /// Whether the generator itself was in the way.
    public struct Generator: Sendable, Codable {
        /// Seconds of processor time of all workers, over the measurement.
        public var userTime: Double
        public var systemTime: Double
        /// Of the busiest worker's thread, as a part of one core.
        public var busiestCore: Double
        /// Of that, what was spent waiting awake for what was due soon; nil where none was.
        public var polling: Double?
        /// Of the measurement, what a worker's thread was ready and did not run, at most.
        public var waiting: Double?
        /// Of all processor time, what the hypervisor gave to others.
        public var steal: Double?
        /// Requests under way on average, as counted, and as the number and the times of those that
        /// ended say (Little's law).
        public var outstanding: Double
        public var expectedOutstanding: Double
        /// Of the largest worker, in bytes.
        public var peakMemory: Int
        public var reconnections: Int
        public var redirections: Int
        /// One for each worker.
        public var threads: [ThreadTime]

        /// What the thread of one worker's load used, over the measurement.
        public struct ThreadTime: Sendable, Codable {
            public var worker: Int
            /// Seconds.
            public var userTime: Double
            public var systemTime: Double
            /// Both, as a part of one core.
            public var core: Double
            /// Of the measurement, what it was ready and did not run.
            public var waiting: Double?

            public init(
                worker: Int,
                userTime: Double,
                systemTime: Double,
                core: Double,
                waiting: Double?
            ) {
                self.worker = worker
                self.userTime = userTime
                self.systemTime = systemTime
                self.core = core
                self.waiting = waiting
            }
        }

        public init(
            userTime: Double,
            systemTime: Double,
            busiestCore: Double,
            polling: Double? = nil,
            waiting: Double?,
            steal: Double?,
            outstanding: Double,
            expectedOutstanding: Double,
            peakMemory: Int,
            reconnections: Int,
            redirections: Int,
            threads: [ThreadTime] = []
        ) {
            self.userTime = userTime
            self.systemTime = systemTime
            self.busiestCore = busiestCore
            self.polling = polling
            self.waiting = waiting
            self.steal = steal
            self.outstanding = outstanding
            self.expectedOutstanding = expectedOutstanding
            self.peakMemory = peakMemory
            self.reconnections = reconnections
            self.redirections = redirections
            self.threads = threads
        }
    }

    /// Seconds from the start of the measurement.
    public struct Gap: Sendable, Codable {
        public var start: Double
        public var length: Double
        /// Whether the measurement ended before there was a success again.
        public var isOpen: Bool

        public init(start: Double, length: Double, isOpen: Bool = false) {
            self.start = start
            self.length = length
            self.isOpen = isOpen
        }
    }

    /// The writes that put the records there, before anything was measured.
    public struct Loading: Sendable, Codable {
        public var counts: OperationCounts
        public var seconds: Double

        public init(counts: OperationCounts, seconds: Double) {
            self.counts = counts
            self.seconds = seconds
        }

        /// Records that may be missing.
        public var missing: Int { counts.failed + counts.unknown }
    }

    public struct ServerUsage: Sendable, Codable {
        public var process: Int
        /// Seconds of processor time over the measurement.
        public var time: Double

        public init(process: Int, time: Double) {
            self.process = process
            self.time = time
        }
    }

    public struct Expectation: Sendable, Codable {
        public var text: String
        /// As measured; nil where nothing says.
        public var actual: String?
        public var isMet: Bool

        public init(text: String, actual: String?, isMet: Bool) {
            self.text = text
            self.actual = actual
            self.isMet = isMet
        }
    }

    public init(
        target: String,
        server: String,
        workload: String,
        load: String,
        clients: Int,
        workers: Int,
        seed: UInt64,
        warmup: Double,
        seconds: Double,
        scheduled: Int,
        issued: Int,
        counts: OperationCounts,
        offered: Double?,
        quantum: Double? = nil,
        achieved: Double,
        generator: Generator
    ) {
        self.target = target
        self.server = server
        self.workload = workload
        self.load = load
        self.clients = clients
        self.workers = workers
        self.seed = seed
        self.warmup = warmup
        self.seconds = seconds
        self.scheduled = scheduled
        self.issued = issued
        self.counts = counts
        self.offered = offered
        self.quantum = quantum
        self.achieved = achieved
        self.generator = generator
    }

    public var operations: Int { counts.ok + counts.failed + counts.unknown }

    /// Microseconds of the generator's processors an operation.
    public var userPerOperation: Double { perOperation(generator.userTime) }
    public var systemPerOperation: Double { perOperation(generator.systemTime) }

    func perOperation(_ seconds: Double) -> Double {
        operations > 0 ? seconds / Double(operations) : 0
    }

    /// One record, or several.
    public static func json(of record: some Encodable) throws -> String {
        try JSONText(isPretty: true).encode(record) + "\n"
    }
}

extension LoadRecord.Latencies {
    /// The quantiles that summaries show.
    public static let fractions = [0.5, 0.9, 0.99, 0.999, 0.9999]

    /// nil without observations.
    public init?(_ histogram: LatencyHistogram) {
        guard !histogram.isEmpty else { return nil }
        count = Int(histogram.count)
        mean = histogram.mean / 1e9
        max = Double(histogram.maximum) / 1e9
        quantiles = Self.fractions.compactMap { fraction in
            histogram.quantile(fraction).map {
                LoadRecord.Quantile(fraction: fraction, value: Double($0) / 1e9)
            }
        }
    }

    public subscript(fraction: Double) -> Double? {
        quantiles.first { $0.fraction == fraction }?.value
    }
}
