public import Topology

/// A waiting client request: the shell's own number for it, opaque to the core.
public struct RequestToken: Hashable, Sendable {
    public let value: UInt64
    public init(_ value: UInt64) { self.value = value }
}

/// What happens to a node.
public enum Event: Sendable {
    /// The coordinator announced a map. Older ones than the known one are ignored.
    case map(ClusterMap)
    /// A client's request for one shard.
    case request(ShardID, RequestToken, Command)
    /// A read that rests on a round of confirmations sent after it came, in place of a lease: right
    /// whatever any clock does.
    case confirmedRead(ShardID, RequestToken, Command)
    /// A transaction that is carried out only if what its client watches stands until then.
    case guarded(ShardID, RequestToken, Command, [WatchTicket])
    /// A link to a peer is up: what its handshake said. Both ends have a map by then.
    case peerConnected(NodeID, BootID, CopyID)
    case peerDisconnected(NodeID)
    /// So much waits to be sent to a peer that nothing more should be, or no longer so.
    case peerCongested(NodeID, Bool)
    case message(from: NodeID, PeerMessage)
    /// Everything persisted at or before this sequence number is as durable as the node promises.
    case persisted(upTo: UInt64)
    /// The event loop has handled what arrived in this turn: send what has gathered.
    case flush
    /// Time has passed; wanted every `Timing.tick`.
    case tick
    /// The node is asked to stop: hand out no more promises.
    case stop
}
