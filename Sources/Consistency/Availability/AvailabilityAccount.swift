/// How long the store was away, seen from independent probes and from the workers.
///
/// All times in seconds from the start of measurement.
public struct AvailabilityAccount: Sendable, Hashable, Codable {
    /// A stretch without a success of one probe.
    public struct Outage: Sendable, Hashable, Codable {
        /// The node that was primary of the probe's key at the start.
        public var initialPrimary: Int
        /// The last success before it.
        public var start: Double
        /// The first success after it, or the end of measurement.
        public var end: Double
        public var duration: Double { end - start }

        public init(initialPrimary: Int, start: Double, end: Double) {
            self.initialPrimary = initialPrimary
            self.start = start
            self.end = end
        }
    }

    /// What one fault cost.
    public struct FaultCost: Sendable, Hashable, Codable {
        /// The fault's position in the journal, from 0.
        public var fault: Int
        public var name: String
        /// From the applied fault to the first success of a request sent after it, for the probe
        /// that waited longest; `nil` if a probe never succeeded again.
        public var firstFreshSuccess: Double?
        /// The worst stretch without a success between the fault and the next one; one that the
        /// next fault struck within `SlowRequest.threshold` is charged to that alone.
        public var worstOutage: Double?
        /// Where that stretch lies; `nil` as well in records that older versions wrote.
        public var outage: Outage?
        /// The longest a worker's request took that was under way between the fault and the next
        /// one, charged as `worstOutage` is.
        public var stuckTail: Double?
        /// From the applied fault until the rate of successes was back at 90 % of the rate before;
        /// 0 if it never fell below, `nil` if it did not come back.
        public var timeToNinetyPercent: Double?
        /// Successes per second in the two seconds before the fault.
        public var rateBefore: Double?
        /// `nil` where nobody counted them, and in records that older versions wrote.
        public var requests: Requests?

        /// The workers' requests between the fault and the next one, or the end of the load.
        public struct Requests: Sendable, Hashable, Codable {
            /// That ended so in this time.
            public var failed: Int
            public var unknown: Int
            /// That were under way in it and succeeded, but took longer than
            /// `SlowRequest.threshold`.
            public var late: Int

            public init(failed: Int, unknown: Int, late: Int) {
                self.failed = failed
                self.unknown = unknown
                self.late = late
            }
        }

        public init(
            fault: Int,
            name: String,
            firstFreshSuccess: Double?,
            worstOutage: Double?,
            outage: Outage? = nil,
            stuckTail: Double?,
            timeToNinetyPercent: Double?,
            rateBefore: Double?,
            requests: Requests? = nil
        ) {
            self.fault = fault
            self.name = name
            self.firstFreshSuccess = firstFreshSuccess
            self.worstOutage = worstOutage
            self.outage = outage
            self.stuckTail = stuckTail
            self.timeToNinetyPercent = timeToNinetyPercent
            self.rateBefore = rateBefore
            self.requests = requests
        }
    }

    public var probes: Int
    public var samples: Int
    /// The fraction of probe requests that succeeded.
    public var successes: Double
    public var worstOutage: Outage?
    public var faults: [FaultCost]

    public init(
        probes: Int,
        samples: Int,
        successes: Double,
        worstOutage: Outage?,
        faults: [FaultCost]
    ) {
        self.probes = probes
        self.samples = samples
        self.successes = successes
        self.worstOutage = worstOutage
        self.faults = faults
    }
}
