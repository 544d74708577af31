public import Histories
public import Statistics

/// What a worker writes at its end: `worker-<i>.json`, beside its ledger, `worker-<i>.ledger`.
///
/// Times are nanoseconds of the host's monotonic clock, the same for all processes of the machine.
public struct WorkerResult: Codable, Sendable {
    public var worker: Int
    public var group: String
    /// When the warm-up began.
    public var startedAt: Int64
    /// The measurement, as intended; it ends early when the harness says `stop`.
    public var measureStart: Int64
    public var measureEnd: Int64
    /// Why it ended: `complete`, `stopped`, `failed: …`.
    public var ending: String
    /// One row a kind that occurred, of requests whose intended start lies in the measurement.
    public var kinds: [KindResult]
    /// Failures of the measurement by class (`OOM`, `CLUSTERDOWN`, `not-sent`, …), by class name.
    public var failures: [FailureCount]
    /// From the start of the warm-up until the last request ended; it is in a file of its own, see
    /// `TimelineFile`.
    public var timeline = Timeline()
    /// nil where nobody asked for it; it is in a file of its own, see `SeriesFile`.
    public var series: Series?
    /// Requests of the measurement slower than `SlowRequest.threshold`, by completion; none where
    /// nobody asked for them.
    public var slowRequests: [SlowRequest]
    /// Slow requests beyond the list's limit.
    public var slowRequestsDropped: Int
    /// The longest stretch of the measurement without a success; nil where nothing was measured.
    public var longestGap: Gap?
    /// The last success of the warm-up, the measurement or after it; nil without successes.
    public var lastSuccessAt: Int64?
    /// Writes that loaded the records.
    public var inserted: OutcomeCounts
    public var generator: GeneratorFigures
    /// nil where no history was asked for.
    public var history: HistoryFigures?

    /// What every kind of request did in every second, by how it ended.
    public struct Series: Sendable {
        /// Nanoseconds of the monotonic clock, and of an interval.
        public var origin: Int64
        public var width: Int64
        public var entries: [Entry]

        public struct Entry: Sendable {
            public var index: Int
            public var kind: String
            public var outcome: Outcome
            /// A part of the file.
            var encodedLatency: ArraySlice<UInt8>

            public func latency() throws(HistogramDecodingError) -> LatencyHistogram {
                try LatencyHistogram(decoding: Array(encodedLatency))
            }
        }
    }

    /// A stretch of time, in nanoseconds of the monotonic clock.
    public struct Gap: Codable, Sendable, Hashable {
        public var start: Int64
        public var end: Int64

        public var length: Int64 { end - start }
    }

    private enum CodingKeys: String, CodingKey {
        case worker, group, startedAt, measureStart, measureEnd, ending, kinds, failures
        case slowRequests, slowRequestsDropped, longestGap, lastSuccessAt, inserted, generator
        case history
    }

    /// The files of the worker with this index.
    public static func fileName(worker: Int) -> String { "worker-\(worker).json" }
    public static func ledgerFileName(worker: Int) -> String { "worker-\(worker).ledger" }
    public static func timelineFileName(worker: Int) -> String { "worker-\(worker).timeline" }
    public static func seriesFileName(worker: Int) -> String { "worker-\(worker).series" }
    /// In the form of `HistoryFile`.
    public static func historyFileName(worker: Int) -> String { "history-\(worker).bin" }
}

public struct OutcomeCounts: Codable, Sendable, Hashable {
    public var ok = 0
    public var failed = 0
    public var unknown = 0

    public init() {}

    public var total: Int { ok + failed + unknown }

    mutating func add(_ other: Self) {
        ok += other.ok
        failed += other.failed
        unknown += other.unknown
    }

    mutating func count(_ outcome: Outcome, _ count: Int = 1) {
        switch outcome {
        case .ok: ok += count
        case .failed: failed += count
        case .unknown: unknown += count
        }
    }
}

public struct KindResult: Codable, Sendable {
    /// `read`, `update`.
    public var kind: String
    public var counts: OutcomeCounts
    /// Successes, from the intended start: the time they were due, or in a closed loop the moment
    /// at which a client was free to send them.
    public var latency: LatencyHistogram
    /// Successes, from the moment the request was first sent.
    public var service: LatencyHistogram
    /// Reads that found no value.
    public var missing: Int
}

public struct FailureCount: Codable, Sendable, Hashable {
    public var name: String
    public var outcome: Outcome
    public var count: Int

    /// Whether a server refused, so that one was there.
    public var isAnswer: Bool { !FailureNames.unanswered.contains(name) }
}

/// What a worker recorded of its requests.
public struct HistoryFigures: Codable, Sendable {
    public var operations: Int
    public var bytes: Int
    /// The file had reached its limit, or the disk did not keep up.
    public var isCut: Bool
}

/// Whether the generator itself was in the way, over the measurement.
public struct GeneratorFigures: Codable, Sendable {
    /// Requests due by the schedule; in a closed loop, requests of the measurement.
    public var scheduled: Int
    /// Of those, handed to the engine.
    public var issued: Int
    /// Per second, asked of this worker; nil in a closed loop.
    public var offeredRate: Double?
    /// Successes per second.
    public var achievedRate: Double
    /// How late requests were handed over behind their intended start; empty in a closed loop.
    public var sendLag: LatencyHistogram
    /// Seconds, of the whole process.
    public var userTime: Double
    public var systemTime: Double
    /// Of these, what the thread of the load used.
    public var threadUserTime: Double
    public var threadSystemTime: Double
    /// Of both, about what was spent waiting awake.
    public var awakeTime: Double
    public var wallTime: Double
    /// Seconds that the thread was ready to run and another one ran instead; nil where the kernel
    /// does not say.
    public var waitTime: Double?
    /// The most memory the process has had, in bytes.
    public var peakMemory: Int
    /// Requests under way, averaged over the measurement, whatever became of them.
    public var meanOutstanding: Double
    /// Requests that were there during the measurement, and seconds that they spent in it together, as
    /// their ends tell it.
    ///
    /// By Little's law both tell how many were under way; a gap means that something was not counted.
    public var attended: Int
    public var attendedTime: Double
    public var reconnections: Int
    public var redirections: Int
}
