public import Topology

/// When an acknowledged write may be acknowledged, whose lease a primary needs, and what a new primary
/// must read.
///
/// A new mode is one file in this folder and one line below.
public protocol ReplicationMode: Sendable {
    /// As plans and maps name it.
    static var name: String { get }
    /// One line for listings.
    static var summary: String { get }
    /// What may stand in parentheses behind the name; nil where nothing may.
    static var settingsHelp: String? { get }

    init()

    /// Nil where the settings make no sense.
    init?(settings: [String])

    /// Those that make this very mode.
    var settings: [String] { get }

    /// Why the mode cannot be had with so many replicas; nil where it can.
    func problem(replicaCount: Int) -> String?

    /// Whether the map's in-sync set decides; otherwise every admitted copy has a vote.
    var usesInSyncSet: Bool { get }

    /// Whether a write may be acknowledged only while the primary holds its lease and every in-sync
    /// backup lags less than `Timing.maximumLag`.
    var acknowledgesUnderLease: Bool { get }

    /// Whether a new primary hands over to a replica of its recovery set whose log is higher.
    var prefersHighestLog: Bool { get }

    /// Whether entries pass from one in-sync replica to the next, instead of from the primary to each.
    var isChain: Bool { get }

    /// What a shard falls back to while too few backups keep up; nil where it rather stops.
    var fallback: ReplicationFallback? { get }

    /// Replicas that client writes need: of the in-sync set where that decides.
    func minimumInSync(replicaCount: Int) -> Int

    /// Replicas that must report to a new primary, itself included.
    func recoverySetSize(replicaCount: Int) -> Int

    /// The last index that satisfies the mode's rule, whatever its term.
    func acknowledgedIndex(own: UInt64, backups: [ReplicaProgress], replicaCount: Int) -> UInt64

    /// The earliest sending time of the polls whose answers make up the lease; nil where the primary
    /// needs nobody.
    func leaseStart(backups: [ReplicaProgress], replicaCount: Int) -> Instant?
}

/// Every mode that a map can name.
public let replicationModes: [any ReplicationMode.Type] = [
    NoReplication.self,
    AsynchronousReplication.self,
    SynchronousReplication.self,
    SemiSynchronousReplication.self,
    QuorumReplication.self,
    ChainReplication.self,
]

extension [any ReplicationMode.Type] {
    /// The mode of that name with its settings; nil where there is none, or it takes no such settings.
    public func mode(_ text: String) -> (any ReplicationMode)? {
        guard let configured = ConfiguredName(parsing: text),
            let kind = first(where: { $0.name == configured.name })
        else { return nil }
        return configured.settings.isEmpty ? kind.init() : kind.init(settings: configured.settings)
    }
}

/// Another mode's rule, for a shard that cannot keep its own.
public struct ReplicationFallback: Sendable {
    public var mode: any ReplicationMode
    /// The shard falls back while fewer backups than this keep up.
    public var below: Int

    public init(mode: any ReplicationMode, below: Int) {
        self.mode = mode
        self.below = below
    }
}

extension ReplicationMode {
    public static var settingsHelp: String? { nil }

    public init?(settings: [String]) {
        guard settings.isEmpty else { return nil }
        self.init()
    }

    public var settings: [String] { [] }
    public var isChain: Bool { false }
    public var fallback: ReplicationFallback? { nil }
    public func problem(replicaCount: Int) -> String? { nil }

    /// The name with its settings, as maps carry it.
    public var configuredName: ConfiguredName { ConfiguredName(Self.name, settings: settings) }

    /// What the coordinator must know of the mode.
    public func electionRule(replicaCount: Int) -> ElectionRule {
        ElectionRule(
            electsFromInSync: usesInSyncSet,
            recoverySetSize: recoverySetSize(replicaCount: replicaCount),
            minimumInSync: minimumInSync(replicaCount: replicaCount),
            isChain: isChain
        )
    }

    /// The last index that so many backups have, where that is one at least.
    func indexHeld(by needed: Int, of backups: [ReplicaProgress]) -> UInt64 {
        var best: UInt64 = 0
        for candidate in backups where candidate.isCounted && candidate.match > best {
            var holders = 0
            for backup in backups where backup.isCounted && backup.match >= candidate.match {
                holders += 1
            }
            if holders >= needed { best = candidate.match }
        }
        return best
    }

    /// The latest sending of polls that so many backups confirmed, where that is one at least.
    func confirmationHeld(by needed: Int, of backups: [ReplicaProgress]) -> Instant {
        var best = Instant.distantPast
        for candidate in backups where candidate.isCounted && candidate.confirmed > best {
            var confirmations = 0
            for backup in backups where backup.isCounted && backup.confirmed >= candidate.confirmed
            {
                confirmations += 1
            }
            if confirmations >= needed { best = candidate.confirmed }
        }
        return best
    }

    /// The least match of the backups that are required, or the primary's own.
    func leastRequiredMatch(own: UInt64, backups: [ReplicaProgress]) -> UInt64 {
        var least = own
        for backup in backups where backup.isRequired {
            least = min(least, backup.countsInSet ? backup.match : 0)
        }
        return least
    }

    /// The earliest confirmation among the backups that are required; nil without any.
    func leastRequiredConfirmation(backups: [ReplicaProgress]) -> Instant? {
        var least: Instant?
        for backup in backups where backup.isRequired {
            let confirmed = backup.countsInSet ? backup.confirmed : .distantPast
            least = least.map { min($0, confirmed) } ?? confirmed
        }
        return least
    }
}
