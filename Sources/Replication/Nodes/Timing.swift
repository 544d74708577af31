/// The waits and limits of a node.
///
/// All durations are nanoseconds.
public struct Timing: Sendable {
    /// How often the shell sends `Event.tick`.
    public var tick: UInt64 = 10 * Self.millisecond
    /// Between two polls of a peer while every lease is held.
    public var poll: UInt64 = 40 * Self.millisecond
    /// A lease lasts this long from the sending of the polls that were answered.
    public var lease: UInt64 = 240 * Self.millisecond
    /// What a replica grants: the lease and the drift of two clocks, 2 % each, over its length.
    public var grant: UInt64 = 252 * Self.millisecond
    /// Silence after which a primary asks for a backup's removal from the in-sync set.
    ///
    /// Shorter than a lease, so that the lease need not lapse; not counted while the primary itself
    /// was late.
    public var backupSilence: UInt64 = 200 * Self.millisecond
    /// How long an acknowledgement may wait for a backup before the primary asks for its removal.
    public var backupLag: UInt64 = 500 * Self.millisecond
    /// Asynchronous acknowledgements stop while an in-sync backup may lack an entry older than this.
    public var maximumLag: UInt64 = 1_000 * Self.millisecond
    /// How long enough backups must have kept up before a degraded shard returns to its mode.
    public var returnDelay: UInt64 = 1_000 * Self.millisecond
    /// How long a request waits for a lease.
    public var leaseWait: UInt64 = 250 * Self.millisecond
    /// A request that got no answer is sent again after this.
    public var retry: UInt64 = 100 * Self.millisecond
    /// The longest wait before a primary asks again for a change that was turned down.
    public var longestPause: UInt64 = 3_200 * Self.millisecond
    /// How long a new primary waits for the logs of replicas that it could do without.
    public var recoveryPatience: UInt64 = 60 * Self.millisecond
    /// How long a primary that is to retire holds writes back while its log is drained.
    public var drainPatience: UInt64 = 80 * Self.millisecond
    /// How long it waits for its successor, without a lease; what waits for it goes on waiting.
    public var successionPatience: UInt64 = 120 * Self.millisecond

    /// Requests that may wait for the lease of one shard.
    public var waitingLimit = 10_000
    /// Entries of one shard that may wait to be committed.
    public var uncommittedLimit = 50_000
    /// Bytes of requests that may wait in a node, for a lease or to be committed; beyond them a request
    /// is refused before it is appended.
    public var heldByteLimit = 128 << 20
    /// Entries sent to a backup beyond what it confirmed.
    public var windowLimit: UInt64 = 8_192
    public var appendEntryLimit = 512
    public var appendByteLimit = 256 * 1024
    /// Appends of all shards gather for a peer up to this, and then go as one message.
    public var batchByteLimit = 1 << 20
    /// Bytes of entries and of answers to reads handed to one peer at once; the shell may say that it
    /// is congested before more are.
    public var flushByteLimit = 4 << 20
    /// The longest answer to a read, from the store to a client as from a chain's tail to its head.
    public var replyByteLimit = 64 << 20
    /// Committed entries kept for backups that return, per shard.
    public var retainedEntries = 4_096
    public var retainedBytes = 256 * 1024
    /// As long as a full copy is under way, or what came meanwhile, this much is kept for those who
    /// receive it.
    public var retainedCopyBytes = 64 << 20
    /// Keys past their deadline that a tick ends, all shards together, but at least so many of each.
    public var endedKeys = 2_048
    public var leastEndedKeys = 16
    public var copyChunkBytes = 256 * 1024
    /// A copy whose last chunk has no answer for so long begins anew.
    public var copyPatience: UInt64 = 5_000 * Self.millisecond
    /// Full copies under way at once.
    public var copyLimit = 4

    public init() {}

    private static let millisecond: UInt64 = 1_000_000
}
