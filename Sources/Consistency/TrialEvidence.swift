public import Histories

/// Everything a checker may look at: what was done, what the clients were told, what was read after.
///
/// Times are nanoseconds of the host's monotonic clock.
public struct TrialEvidence: Sendable {
    public var measurementStart: Int64
    public var measurementEnd: Int64
    /// Requests of the workers that succeeded during measurement.
    public var okOperations: Int
    /// Successes per 100 ms from the start of measurement.
    public var okPerBucket: [Int]
    /// Requests that ended without success per 100 ms from the start of measurement, those that ended
    /// after it included.
    public var failedPerBucket: [Int] = []
    public var unknownPerBucket: [Int] = []
    public var ledgers: [KeyLedger]
    /// Each written key, read from every replica after heal and convergence.
    public var readings: [KeyReading]
    /// Each key that all clients share, read from every replica after heal and convergence.
    public var copyReadings: [CopyReading]
    /// In the order of the journal.
    public var faults: [FaultMark]
    public var probes: [ProbeSample]
    public var slowRequests: [SlowRequest]
    /// Of each value that is written; `nil` where values have no common size.
    public var valueBytes: Int?
    /// Whether anybody knows what the clients' requests mean, so that writes can be lost.
    public var judgesWrites = true
    /// `nil` if the system under test declares none.
    public var promise: Promise?
    public var copyLosses: [CopyLoss]
    /// `nil` if the terms were not observed.
    public var termChanges: [TermChange]?
    /// `nil` if the system under test keeps no history of its map.
    public var mapHistory: MapHistory?
    /// `nil` if the requests were not recorded.
    public var history: HistoryEvidence?
    /// `nil` if the replicas were not compared.
    public var convergence: Convergence?
    /// `nil` if nothing tells of primaries.
    public var reigns: [PrimaryReign]?
    /// Processes of the store that ended without having been asked to; `nil` if nobody watched them.
    public var deaths: [ProcessDeath]?
    /// `nil` if no log was searched.
    public var logs: LogSearch?

    public init(
        measurementStart: Int64,
        measurementEnd: Int64,
        okOperations: Int = 0,
        okPerBucket: [Int] = [],
        ledgers: [KeyLedger] = [],
        readings: [KeyReading] = [],
        copyReadings: [CopyReading] = [],
        faults: [FaultMark] = [],
        probes: [ProbeSample] = [],
        slowRequests: [SlowRequest] = [],
        valueBytes: Int? = nil,
        promise: Promise? = nil,
        copyLosses: [CopyLoss] = [],
        termChanges: [TermChange]? = nil,
        mapHistory: MapHistory? = nil,
        history: HistoryEvidence? = nil,
        convergence: Convergence? = nil,
        reigns: [PrimaryReign]? = nil,
        deaths: [ProcessDeath]? = nil,
        logs: LogSearch? = nil
    ) {
        self.measurementStart = measurementStart
        self.measurementEnd = measurementEnd
        self.okOperations = okOperations
        self.okPerBucket = okPerBucket
        self.ledgers = ledgers
        self.readings = readings
        self.copyReadings = copyReadings
        self.faults = faults
        self.probes = probes
        self.slowRequests = slowRequests
        self.valueBytes = valueBytes
        self.promise = promise
        self.copyLosses = copyLosses
        self.termChanges = termChanges
        self.mapHistory = mapHistory
        self.history = history
        self.convergence = convergence
        self.reigns = reigns
        self.deaths = deaths
        self.logs = logs
    }

    /// Seconds from the start of measurement.
    func seconds(_ time: Int64) -> Double {
        Double(time - measurementStart) / 1e9
    }
}
