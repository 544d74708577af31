import Replication
import Storage
import Topology

/// One machine with its process, as far as it runs.
struct SimulatedNode {
    let id: NodeID
    var disk: SimulatedDisk
    var clock: SimulatedClock
    /// The process that runs; what it holds means nothing while none does.
    var core: NodeCore
    var phase = Phase.down
    /// Counts the processes: what was meant for an earlier one does not happen.
    var life: UInt16 = 0
    /// The kernel's boot.
    var boot: UInt64 = 1
    /// Faults that hold the whole process, and faults that hold its event loop alone.
    var pauses = 0
    var stalls = 0
    /// What came meanwhile.
    var backlog: [Happening] = []
    var ends: [LinkEnd]
    /// Counts its connections to the coordinator.
    var coordinatorConnection: UInt32 = 0
    /// The copy that its last process held.
    var lastCopy: CopyID?
    /// By shard: when it last might answer reads; kept only for stores that do not care.
    var servedAt: [UInt64] = []
    var log: NodeLog?
    /// Whether the process has a map: without one it takes no links.
    var hasMap = false
    var isTurnEnding = false
    var isFlushWanted = false
    /// What its heartbeats say while its event loop stands still, and since when.
    var published: (status: NodeStatus, at: UInt64)?
    /// Added to each sync, by faults.
    var syncDelay: UInt64 = 0
    /// A bit of its log that is wrong, until a process looks at it.
    var flipped: FlippedBit?
    /// Whether a fault keeps it down.
    var isKeptDown = false
    /// Whether it is among those that are healed in the end.
    var isCore = true

    enum Phase {
        case down
        case starting
        case up
    }

    /// One end of the connection to a peer.
    struct LinkEnd {
        /// 0 while there is none.
        var number: UInt32 = 0
        /// What was silent for longer than the limit is dropped.
        var silence: UInt64 = 0
        var isDialling = false
        var pause: UInt64 = 0
        /// Messages that were sent and have not arrived.
        var underWay = 0
        var isCongested = false
    }

    init(id: NodeID, nodes: Int, disk: SimulatedDisk, clock: SimulatedClock) {
        self.id = id
        self.disk = disk
        self.clock = clock
        core = Self.noCore(id)
        ends = Array(repeating: LinkEnd(), count: nodes + 1)
    }

    static func noCore(_ id: NodeID) -> NodeCore {
        NodeCore(
            identity: NodeIdentity(node: id, boot: .none, copy: .none),
            isLogged: false,
            startedAt: .distantPast
        )
    }

    var place: Int { Int(id.value) }
    var isUp: Bool { phase == .up }
    var isHeld: Bool { pauses > 0 }
}

// MARK: A look at the core

// Reading through a mutating method spares a copy of the node.
extension SimulatedNode {
    mutating func status(at now: UInt64) -> NodeStatus {
        core.status(at: clock.instant(at: now))
    }

    /// What a client that reads is answered, whether or not it may be.
    mutating func answer(_ read: Command, in shard: Int) -> CommandReply? {
        core.table.answer(read, in: ShardID(UInt16(shard)))
    }

    mutating func mayServe(_ shard: Int, at now: UInt64) -> Bool {
        let instant = clock.instant(at: now)
        return core.table.readDecision(for: ShardID(UInt16(shard)), at: instant) == .serve
    }

    mutating func applied(of shard: Int) -> UInt64 { core.table.applied(of: shard) }

    mutating func contradiction(in shard: Int) -> String? { core.table.contradiction(in: shard) }
}

// MARK: The log's steps on the disk

extension SimulatedNode {
    mutating func nextLogStep(_ durability: Durability, _ steps: [LogStep]) -> LogStep? {
        log?.next(durability, steps)
    }

    mutating func currentLogStep(_ steps: [LogStep]) -> LogStep? { log?.step(of: steps) }

    mutating func currentSequence() -> UInt64 { log?.batch?.lastSequence ?? 0 }

    /// Writes shards anew where the log is too long for what it stands for.
    mutating func shortenLog(_ segmentBytes: Int, at now: UInt64) {
        guard let segment = log?.queue.segment else { return }
        if log?.shortening == nil {
            guard core.table.count > 0 else { return }
            let oldest = log?.oldest ?? 1
            log?.shortening = LogShortening(shardCount: core.table.count, oldest: oldest)
        }
        if segment != log?.lastSegment {
            log?.lastSegment = segment
            log?.liveBytes = core.summary(at: clock.instant(at: now)).recordBytes
        }
        log?.shorten(core, segmentBytes)
    }

    mutating func beginSync() {
        guard let file = log?.file else { return }
        log?.syncedLength = disk.length(of: file)
    }

    mutating func finishSync() {
        guard let file = log?.file, let length = log?.syncedLength else { return }
        disk.synchronize(file, upTo: length)
    }

    mutating func createSegment() {
        guard let segment = log?.batch?.segment else { return }
        log?.file = disk.create(.segment(segment))
        log?.segment = segment
    }

    mutating func writeBatch() {
        guard let batch = log?.batch, let file = log?.file else { return }
        disk.write(batch.bytes[..<batch.count], to: file)
    }

    /// Gives the kernel a part of the batch that would be written next.
    mutating func writePart(_ bits: UInt64) {
        guard log?.begin() == true, let batch = log?.batch, !batch.beginsSegment,
            let file = log?.file
        else { return }
        disk.write(batch.bytes[..<Int(bits % UInt64(batch.count + 1))], to: file)
    }

    mutating func removeSegments() {
        guard let first = log?.batch?.removable else { return }
        for segment in disk.segmentNumbers where segment < first { disk.remove(.segment(segment)) }
    }

    /// Under `log-everysec`; false where there is nothing to sync.
    mutating func beginBackgroundSync() -> Bool {
        guard let file = log?.file, log?.schedule.beginSync() == true else { return false }
        log?.isSyncing = true
        log?.syncerFile = file
        let segment = log?.segment ?? 0
        log?.syncerSegment = segment
        log?.syncerLength = disk.length(of: file)
        return true
    }

    mutating func finishBackgroundSync() {
        log?.isSyncing = false
        guard let file = log?.syncerFile, let length = log?.syncerLength else { return }
        disk.synchronize(file, upTo: length)
        let segment = log?.syncerSegment ?? 0
        log?.queue.noteSynced(segment, upTo: length)
    }
}
