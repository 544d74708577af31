public import Topology

/// Judges from the arrivals of one node's heartbeats whether it has failed.
///
/// Instants are the observer's attentive ones: time in which the observer itself was late does not pass.
/// A new detector is one file in this folder and one line below.
public protocol FailureDetector: Sendable {
    /// As plans and command lines name it.
    static var name: String { get }
    /// One line for listings.
    static var summary: String { get }
    /// What may stand in parentheses behind the name.
    static var settingsHelp: String { get }

    init()

    /// Nil where the settings make no sense.
    init?(settings: [String])

    /// Starts as if a heartbeat had just come.
    mutating func begin(at now: Instant)

    mutating func heartbeat(at now: Instant)
    func suspects(at now: Instant) -> Bool
}

/// Every detector that a coordinator can be started with.
public let failureDetectors: [any FailureDetector.Type] = [
    FixedTimeoutDetector.self,
    PhiAccrualDetector.self,
    AdaptiveDetector.self,
]

extension [any FailureDetector.Type] {
    /// The detector of that name with its settings; nil where there is none, or it takes no such settings.
    public func detector(_ text: String) -> (any FailureDetector)? {
        guard let configured = ConfiguredName(parsing: text),
            let kind = first(where: { $0.name == configured.name })
        else { return nil }
        return configured.settings.isEmpty ? kind.init() : kind.init(settings: configured.settings)
    }
}

/// What every detector knows of heartbeats.
public enum Heartbeats {
    /// Nodes send one so often, nanoseconds.
    public static let interval: UInt64 = 40_000_000
    /// No detector waits longer than this for one: an outage must not teach it patience.
    public static let longestSilence: UInt64 = 1_000_000_000
}
