public import Topology

/// How a coordinator competes for the leadership of its cluster.
public struct LeadershipConfiguration: Sendable {
    /// Where nodes reach this coordinator; the others learn it from etcd.
    public var address: String
    /// What the keys begin with: clusters that share an etcd need one each.
    public var prefix: String
    /// etcd grants none below its own floor, which is 2 s with its own settings.
    public var leaseSeconds: Int64 = 2
    /// The share of its lease, counted from the sending of what prolonged it, in which a leader acts.
    ///
    /// Clocks may drift 2 % apart; the rest is for what was decided and is not carried out yet.
    public var trustedPercent: UInt64 = 90
    /// How often a leader prolongs its lease, and who lost it tries again, nanoseconds.
    public var renewalInterval: UInt64 = 400_000_000
    /// How often the others look whether somebody leads.
    public var lookInterval: UInt64 = 100_000_000
    /// How long who led, and was heard by no node, leaves the leadership to others, nanoseconds.
    public var abstention: UInt64 = 5_000_000_000
    /// How long etcd may take to answer before another of its members is asked.
    public var patience: UInt64 = 300_000_000
    /// What it may take longer for each byte of a map that is to be kept.
    public var patiencePerByte: UInt64 = 250

    public init(address: String, prefix: String = "/keel") {
        self.address = address
        self.prefix = prefix
    }

    var leaderKey: String { prefix + "/leader" }
    var mapKey: String { prefix + "/map" }
}

/// What happens to who competes.
public enum LeadershipEvent: Sendable {
    /// To what was asked last.
    case reply(EtcdReply)
    /// What was asked last was not answered, or with an error: it may have been done, or be done later.
    case silence(String)
    /// The coordinator wants this map kept, not before the last one was; one that was made in an
    /// earlier turn goes on from a map that need not be there any more, and is left out.
    case store(ClusterMap, turn: UInt64)
    /// The process ends: somebody else may lead at once.
    case resign
    /// No node reaches this coordinator, which has led since that turn: another may be luckier.
    case yield(turn: UInt64)
    /// A node has found this coordinator, so that it is worth as much as any other.
    case sought
    /// Time has passed.
    case tick
}

/// What leadership wants done, in order.
public enum LeadershipEffect: Equatable, Sendable {
    /// Ask etcd, which is given so many nanoseconds; nothing else is asked before the answer came.
    case ask(EtcdRequest, within: UInt64)
    /// This coordinator decides, going on from that map, and acts until then and no longer, unless told
    /// more. What it wants kept names the turn.
    case lead(ClusterMap?, turn: UInt64, until: Instant)
    /// It may act for longer.
    case prolong(until: Instant)
    /// It does not lead, or not any more; whoever is named does.
    case follow(leader: String?)
    /// The map of this epoch is kept.
    case stored(Epoch)
    /// For the coordinator's log.
    case note(String)
    /// The map can be neither read nor kept: it must end.
    case stop(String)
}
