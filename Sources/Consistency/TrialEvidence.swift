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
    public var ledgers: [KeyLedger]
    /// Each written key, read from every replica after heal and convergence.
    public var readings: [KeyReading]
    /// In the order of the journal.
    public var faults: [FaultMark]
    public var probes: [ProbeSample]
    public var slowRequests: [SlowRequest]
    /// `nil` if the system under test declares none.
    public var promise: Promise?
    public var copyLosses: [CopyLoss]
    /// `nil` if the terms were not observed.
    public var termChanges: [TermChange]?
    /// `nil` if the system under test keeps no history of its map.
    public var mapHistory: MapHistory?
    /// `nil` if the requests were not recorded.
    public var history: HistoryEvidence?

    public init(
        measurementStart: Int64,
        measurementEnd: Int64,
        okOperations: Int = 0,
        okPerBucket: [Int] = [],
        ledgers: [KeyLedger] = [],
        readings: [KeyReading] = [],
        faults: [FaultMark] = [],
        probes: [ProbeSample] = [],
        slowRequests: [SlowRequest] = [],
        promise: Promise? = nil,
        copyLosses: [CopyLoss] = [],
        termChanges: [TermChange]? = nil,
        mapHistory: MapHistory? = nil,
        history: HistoryEvidence? = nil
    ) {
        self.measurementStart = measurementStart
        self.measurementEnd = measurementEnd
        self.okOperations = okOperations
        self.okPerBucket = okPerBucket
        self.ledgers = ledgers
        self.readings = readings
        self.faults = faults
        self.probes = probes
        self.slowRequests = slowRequests
        self.promise = promise
        self.copyLosses = copyLosses
        self.termChanges = termChanges
        self.mapHistory = mapHistory
        self.history = history
    }

    /// Seconds from the start of measurement.
    func seconds(_ time: Int64) -> Double {
        Double(time - measurementStart) / 1e9
    }
}
