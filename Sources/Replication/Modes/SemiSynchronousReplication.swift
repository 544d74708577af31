public import Topology

/// Acknowledged when the primary and k backups have it; a new primary reads N − k replicas, so the two
/// sets always meet.
///
/// Where it degrades, a shard with fewer than k backups that keep up becomes asynchronous by a change of
/// the map, and returns by another one.
public struct SemiSynchronousReplication: ReplicationMode {
    public static let name = "semi-synchronous"
    public static let summary = "acknowledged by the primary and k backups; may degrade"
    public static let settingsHelp: String? = "(k,degrade): k backups, 1 by default"

    public let backups: Int
    public let degrades: Bool

    public init() { self.init(backups: 1) }

    public init(backups: Int, degrades: Bool = false) {
        self.backups = backups
        self.degrades = degrades
    }

    /// A number of backups, the word `degrade`, both in that order, or nothing.
    public init?(settings: [String]) {
        var rest = settings[...]
        let backups = rest.first.flatMap { Int($0) }
        if backups != nil { rest = rest.dropFirst() }
        let degrades = rest.first == Self.degrade
        if degrades { rest = rest.dropFirst() }
        guard rest.isEmpty, (1...Int(UInt8.max)).contains(backups ?? 1) else { return nil }
        self.init(backups: backups ?? 1, degrades: degrades)
    }

    private static let degrade = "degrade"

    public var settings: [String] { ["\(backups)"] + (degrades ? [Self.degrade] : []) }

    public func problem(replicaCount: Int) -> String? {
        backups < replicaCount
            ? nil : "\(backups) backups need \(backups + 1) replicas, not \(replicaCount)"
    }

    public var usesInSyncSet: Bool { false }
    public var acknowledgesUnderLease: Bool { false }
    public var prefersHighestLog: Bool { true }

    public var fallback: ReplicationFallback? {
        degrades ? ReplicationFallback(mode: AsynchronousReplication(), below: backups) : nil
    }

    public func minimumInSync(replicaCount: Int) -> Int { backups + 1 }
    public func recoverySetSize(replicaCount: Int) -> Int { max(1, replicaCount - backups) }

    public func acknowledgedIndex(
        own: UInt64,
        backups progress: [ReplicaProgress],
        replicaCount: Int
    ) -> UInt64 { min(own, indexHeld(by: backups, of: progress)) }

    public func leaseStart(backups progress: [ReplicaProgress], replicaCount: Int) -> Instant? {
        confirmationHeld(by: backups, of: progress)
    }
}
