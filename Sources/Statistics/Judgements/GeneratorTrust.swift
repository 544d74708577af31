internal import Quantities

/// What the load generator knows about itself after a measurement.
public struct GeneratorEvidence: Sendable {
    /// Requests that were due by the schedule, and those that were handed over; 0 in a closed loop.
    public var scheduled = 0
    public var issued = 0
    /// How late requests were sent behind their intended start; empty in a closed loop.
    public var sendLag = LatencyHistogram()
    /// Successes, from their intended start.
    public var response = LatencyHistogram()
    /// Of the busiest generator thread, as a part of one core.
    public var busiestThread = 0.0
    public var isOpenLoop: Bool
    /// In seconds, of sends behind their time; where nobody judges latencies, it may be more.
    public var toleratedLag = VoidReason.toleratedLag

    /// Whether a closed loop may be as fast as its threads: who asks for that sees how busy they were.
    public var maySetTheRate = false

    public init(isOpenLoop: Bool) {
        self.isOpenLoop = isOpenLoop
    }
}

/// Why a measurement says nothing about the server: the generator was in the way.
///
/// The rules are fixed before the run, and the same for a load by itself and for a trial of a plan. A
/// closed loop has no schedule to fall behind; there a thread without rest has set the rate.
public enum VoidReason: Sendable, Equatable {
    /// Fewer requests were issued than were due, as a part of them.
    case underissued(Double)
    /// So many of the sends, a part of them, were later than the limit, in seconds.
    case lateSends(Double, limit: Double)
    /// A thread of an open loop used so much of a core.
    case busyThread(Double)
    /// A thread of a closed loop did: what was counted is its own speed, not the server's.
    case rateSetter(Double)

    public static let leastIssued = 0.99
    /// In seconds; above it a part of the reported p99 decides.
    public static let toleratedLag = 0.001
    public static let toleratedPart = 0.1
    public static let busiestThread = 0.85
    /// In a closed loop, which is busy whenever the server is.
    public static let busiestClosedThread = 0.95

    /// Empty where the measurement counts.
    public static func reasons(_ evidence: GeneratorEvidence) -> [Self] {
        guard evidence.isOpenLoop else {
            let isSetting =
                !evidence.maySetTheRate && evidence.busiestThread > busiestClosedThread
            return isSetting ? [.rateSetter(evidence.busiestThread)] : []
        }
        var reasons: [Self] = []
        let issued = Double(evidence.issued) / Double(max(1, evidence.scheduled))
        if evidence.scheduled > 0, issued < leastIssued { reasons.append(.underissued(issued)) }
        // The p99 of the lag is above the limit if more than one in a hundred sends is.
        let p99 = evidence.response.supported(0.99)?.seconds ?? 0
        let limit = max(evidence.toleratedLag, toleratedPart * p99)
        let late = evidence.sendLag.count(above: UInt64(limit * 1e9))
        let part = Double(late) / Double(max(1, evidence.sendLag.count))
        if part > 0.01 { reasons.append(.lateSends(part, limit: limit)) }
        if evidence.busiestThread > busiestThread {
            reasons.append(.busyThread(evidence.busiestThread))
        }
        return reasons
    }

    /// Whether the load was late, for which it is enough that the machine was taken away.
    public var isLateness: Bool {
        switch self {
        case .underissued, .lateSends: true
        case .busyThread, .rateSetter: false
        }
    }

    public var text: String {
        switch self {
        case .underissued(let part):
            "the generator sent \(percent(part)) of the requests that were due"
        case .lateSends(let part, let limit):
            "the generator sent \(percent(part)) of the requests more than "
                + "\(durationText(.seconds(limit))) late"
        case .busyThread(let part):
            "a generator thread used \(percent(part)) of a core; let more workers share the rate"
        case .rateSetter(let part):
            "a load worker used \(percent(part)) of a core: it set the rate, not the server; "
                + "let more workers share the clients"
        }
    }

    private func percent(_ part: Double) -> String { FixedText.of(part * 100, decimals: 1) + " %" }
}

/// Little's law: the requests under way are the rate times the time each takes.
///
/// All three are measured independently; a gap means that something was not counted.
public struct LittlesLaw: Sendable, Equatable {
    /// Requests under way, averaged over the measurement.
    public var underWay: Double
    /// What rate and time make of it.
    public var expected: Double

    /// Requests that begin or end outside of the measurement make some.
    public static let toleratedGap = 0.05

    /// - Parameters:
    ///   - rate: Requests that ended, a second.
    ///   - meanTime: Seconds from handing over to the end, whatever the outcome.
    public init(underWay: Double, rate: Double, meanTime: Double) {
        self.init(underWay: underWay, expected: rate * meanTime)
    }

    public init(underWay: Double, expected: Double) {
        self.underWay = underWay
        self.expected = expected
    }

    /// What to say where it does not hold.
    public var text: String {
        "the requests that ended account for \(FixedText.of(expected, decimals: 2)) of the "
            + "\(FixedText.of(underWay, decimals: 2)) under way (Little's law): not all were counted"
    }

    /// As a part of the larger one; 0 where there was nothing to count.
    public var gap: Double {
        let larger = max(underWay, expected)
        return larger > 0 ? abs(underWay - expected) / larger : 0
    }

    /// Fewer than a hundredth of a request under way on average is too little to judge.
    public var holds: Bool { gap <= Self.toleratedGap || max(underWay, expected) < 0.01 }
}
