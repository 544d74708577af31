public import Topology

/// What a node wants done.
///
/// The shell carries effects out in order; each case says what must hold before a later one may be.
public enum Effect: Sendable {
    /// Append to the log; answered by `Event.persisted` once it is as durable as the node promises.
    /// The core itself holds back what must wait for that: later effects need not. Sequence numbers
    /// rise by one. Never emitted under `memory`.
    case persist(sequence: UInt64, LogRecord)
    /// Hand to the link of a peer, in order; dropped where there is none.
    case send(to: NodeID, PeerMessage)
    case reply(RequestToken, CommandReply)
    /// A reply that was read under a lease: given only if the clock, looked at when this is carried
    /// out, is before `until`; refused as leaseless otherwise. The process may have stood still.
    case show(RequestToken, CommandReply, until: Instant)
    /// As `send`, under the condition of `show`; dropped otherwise.
    case sendRead(to: NodeID, PeerMessage, until: Instant)
    /// Definitely not carried out.
    case refuse(RequestToken, Refusal)
    /// Appended, then left without an outcome: close the connection, the client must call it unknown.
    case abandon(RequestToken)
    /// Ask the coordinator; the answer is a map, sooner or later, or nothing.
    case propose(ShardProposal)
    /// Call back with `Event.flush` when this turn of the event loop ends, or, while
    /// ``NodeCore/isFlushUrgent`` is false, somewhat later. Emitted once until then.
    case requestFlush
    /// For the node's log.
    case note(String)
}

/// Why a request was not carried out.
public enum Refusal: Sendable, Equatable {
    /// Another node is the primary: MOVED.
    case notPrimary
    /// CLUSTERDOWN, with the reason.
    case unavailable(UnavailableReason)
}

public enum UnavailableReason: Sendable, Equatable {
    case noMap
    case noPrimary
    case noLease
    /// Too few replicas said in time that the primary still reigns, which a read had asked for.
    case unconfirmed
    /// The chain's tail, which reads are forwarded to, did not answer in time.
    case silentTail
    case recovering
    case tooFewInSync
    case laggingInSync
    case queueFull
    case stopping
}

/// One record of the write-ahead log.
public enum LogRecord: Sendable, Equatable {
    case entry(ShardID, LogPosition, Command)
    /// The shard's replica stored the term: it refuses lower ones from now on.
    case term(ShardID, Term)
    /// Entries after this index are dropped.
    case truncate(ShardID, after: UInt64)
    /// Entries up to this index are committed.
    case commit(ShardID, UInt64)
    /// The shard's state and log are replaced by a copy that stands at this position.
    case snapshotBegin(ShardID, LogPosition)
    case snapshotChunk(ShardID, [UInt8])
    case snapshotEnd(ShardID)
    /// As `snapshotEnd`, but of a copy of this replica's own state: its log behind that stays.
    case checkpointEnd(ShardID)
}
