public import Topology

/// What a primary knows of one other replica.
public struct ReplicaProgress: Sendable, Equatable {
    public let node: NodeID
    /// The copy that the map admits.
    public var admittedCopy: CopyID
    /// In the in-sync set of the map.
    public var isInSync: Bool
    /// In the in-sync set of the map or of the change under way: both are obeyed until the outcome is
    /// known.
    public var isRequired: Bool
    /// It is being filled, and counts only in the change that makes it a member.
    public var isJoining = false
    /// The copy that the change under way admits, where this one is not in sync yet.
    var joiningCopy: CopyID?
    /// The copy behind the link, while there is one.
    public var linkedCopy: CopyID?
    /// Everything up to this index is there.
    public var match: UInt64 = 0
    /// Everything up to this index is on the replica itself: in a chain, whatever those behind it lack.
    var holds: UInt64 = 0
    /// The next index to send.
    public var next: UInt64 = 1
    public var flow = Flow.probing
    /// When the last poll that it confirmed this term in answer to was sent.
    public var confirmed = Instant.distantPast
    /// When it last answered anything, moved on by the primary's own lateness.
    public var heard = Instant.distantPast
    /// Whether this replica sends to it: not where another link of a chain does.
    var isFed = true
    /// Since when a chain's tail has no lease to read under, on the attentive clock.
    var leaselessSince: Instant?
    var lag = Lag(attentive: .distantPast, .distantPast)
    var copying: OutgoingCopy?
    /// Where the log ended when the last copy was there.
    var copiedUntil: UInt64 = 0
    /// When the outstanding probe was sent.
    var probedAt: Instant?
    /// The copy behind the last link.
    var lastCopy: CopyID?

    /// The oldest entry it was seen to lack, and since when.
    struct Lag {
        /// The last entry of the log when this was noted.
        private(set) var index: UInt64 = 0
        /// On the attentive clock, by which silence and lateness are judged.
        private(set) var since: Instant
        /// By the clock, which a bound on what may be lost must not outwit.
        private var notedAt: Instant
        private var notedBefore: Instant
        /// Entries up to here may be of any age: nobody looked while they came.
        var unknownUntil: UInt64

        init(attentive: Instant, _ now: Instant, unknownUntil: UInt64 = 0) {
            since = attentive
            notedAt = now
            notedBefore = now
            self.unknownUntil = unknownUntil
        }

        mutating func note(_ last: UInt64, attentive: Instant, _ now: Instant) {
            index = last
            since = attentive
            notedBefore = notedAt
            notedAt = now
        }

        /// Since when, at the earliest, the oldest entry behind `match` has been in the log.
        func start(match: UInt64) -> Instant {
            if match < unknownUntil { return .distantPast }
            return match >= index ? notedAt : notedBefore
        }
    }

    /// Everything up to this index need not be sent to it: what those behind it in a chain lack is
    /// another's to send.
    var known: UInt64 { max(match, holds) }

    /// From here on the log must be there for a copy to be of use; nil where none waits for it.
    ///
    /// One that has arrived waits until what came while it was sent has followed it, however much that is.
    var followedFrom: UInt64? {
        if let copying { return copying.position.index }
        return flow == .copying || match >= copiedUntil ? nil : match
    }

    /// How old the oldest entry that it lacks may be.
    func lagAge(last: UInt64, at now: Instant) -> UInt64 {
        match >= last ? 0 : now.since(lag.start(match: match))
    }

    public enum Flow: Sendable, Equatable {
        /// Its log end is unknown: one append at a time until one fits.
        case probing
        case streaming
        case copying
    }

    /// Whether what it says counts: it holds the copy that the map admits.
    public var isCounted: Bool {
        !isJoining && linkedCopy == admittedCopy && linkedCopy != nil
    }

    /// Whether what it says counts for a set that it is in, or is to join.
    var countsInSet: Bool {
        !isJoining && linkedCopy == joiningCopy ?? admittedCopy && linkedCopy != nil
    }

    init(node: NodeID, admittedCopy: CopyID, isInSync: Bool, linkedCopy: CopyID?) {
        self.node = node
        self.admittedCopy = admittedCopy
        self.isInSync = isInSync
        self.isRequired = isInSync
        self.linkedCopy = linkedCopy
        lastCopy = linkedCopy
    }

    init(_ replica: ReplicaAssignment, linkedCopy: CopyID?) {
        self.init(
            node: replica.node,
            admittedCopy: replica.copy,
            isInSync: replica.isInSync,
            linkedCopy: linkedCopy
        )
        take(replica)
    }

    /// What it was known to have is gone: it lacks entries of any age, up to the end of the log.
    mutating func beginAnew(last: UInt64) {
        match = 0
        holds = 0
        lag.unknownUntil = last
    }

    /// Takes the map's word over.
    mutating func take(_ replica: ReplicaAssignment) {
        admittedCopy = replica.copy
        isInSync = replica.isInSync
        isJoining = replica.standing == .joining
    }

    public static func == (left: Self, right: Self) -> Bool {
        left.node == right.node && left.match == right.match && left.next == right.next
            && left.flow == right.flow && left.isInSync == right.isInSync
            && left.confirmed == right.confirmed && left.linkedCopy == right.linkedCopy
    }
}
