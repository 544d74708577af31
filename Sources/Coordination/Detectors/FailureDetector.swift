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

    /// Starts as if a heartbeat had just come.
    init(at now: Instant)

    mutating func heartbeat(at now: Instant)
    func suspects(at now: Instant) -> Bool
}

/// Every detector that a coordinator can be started with.
public let failureDetectors: [any FailureDetector.Type] = [
    FixedTimeoutDetector.self
]
