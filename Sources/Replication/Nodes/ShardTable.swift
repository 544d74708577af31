public import Topology

/// The shard replicas of a node, as readers look at them.
///
/// It is one pointer and two plain values, so that a look at it for every read of a client never copies the rest
/// of the node.
public struct ShardTable {
    var replicas: [ShardReplica] = []
    /// Whether the node was asked to stop.
    var isStopping = false
    /// As `NodeContext` has it.
    var unixLead: UInt64 = 0

    /// What a shard answers a reader now.
    public enum ReadDecision: Sendable, Equatable {
        /// Look the key up, then ask again: only if the answer is still `serve` may it be sent.
        case serve
        /// Send the read through `step` as a request: it waits for a lease, or is refused there.
        case ask
    }

    /// Whether the committed state may be read under a lease.
    ///
    /// Costs no allocation.
    public func readDecision(for shard: ShardID, at now: Instant) -> ReadDecision {
        let index = Int(shard.value)
        guard index < replicas.count, !isStopping, replicas[index].isServing else { return .ask }
        return replicas[index].readsHere && replicas[index].isLeased(at: now) ? .serve : .ask
    }

    /// How old the committed state may be, nanoseconds; nil where it is not known.
    ///
    /// A primary's under its lease is not old. A backup counts from when it sent the last answer to a
    /// poll that the primary had when it said what is committed.
    public func age(of shard: ShardID, at now: Instant) -> UInt64? {
        let index = Int(shard.value)
        guard index < replicas.count else { return nil }
        if readDecision(for: shard, at: now) == .serve { return 0 }
        guard replicas[index].role == .backup else { return nil }
        let asOf = replicas[index].freshness.asOf
        return asOf == .distantPast ? nil : now.since(asOf)
    }

    /// The committed record of a key, whatever this node's role; the pointer must stay valid for
    /// the call.
    ///
    /// For a backup it is as old as the primary's last word.
    public func record(_ key: UnsafeRawBufferPointer, in shard: ShardID) -> StoredRecord? {
        guard Int(shard.value) < replicas.count else { return nil }
        return unsafe replicas[Int(shard.value)].state.find(key)
    }

    /// The answer of a read in a shard's committed state; nil where there is none.
    public func answer(_ read: Command, in shard: ShardID) -> CommandReply? {
        let index = Int(shard.value)
        guard index < replicas.count else { return nil }
        // Through a pointer: the array would hand out a copy of the state.
        return unsafe replicas.withUnsafeBufferPointer { unsafe $0[index].state.answer(read) }
    }

    /// One shard's committed state, for SCAN, DBSIZE and INFO.
    public func state(of shard: ShardID) -> KeyValueState? {
        guard Int(shard.value) < replicas.count else { return nil }
        return replicas[Int(shard.value)].state
    }
}
