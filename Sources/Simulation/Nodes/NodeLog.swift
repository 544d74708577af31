import Replication
import Storage
import Topology

/// A process's log on its way to the disk.
struct NodeLog {
    var queue: LogQueue
    /// What is being written, and how far that is.
    var batch: LogBatch?
    var stage = 0
    /// Where the running sync of the log began.
    var syncedLength = 0
    /// The file of the segment that is being written.
    var file: Int?
    /// Under `log-everysec`.
    var schedule = SyncSchedule()
    var syncerLength = 0
    var syncerFile: Int?
    var syncerSegment: UInt64 = 0
    /// The segment that `file` is.
    var segment: UInt64 = 0
    var isSyncing = false
    var spare: [UInt8] = []
    var shortening: LogShortening?
    var lastSegment: UInt64 = 0
    var liveBytes = 0
    let oldest: UInt64

    init(queue: LogQueue, oldest: UInt64) {
        self.queue = queue
        self.oldest = oldest
    }

    /// Takes what waits; false where nothing does, or something is being written.
    mutating func begin() -> Bool {
        guard batch == nil, !queue.isEmpty else { return false }
        var spare: [UInt8] = []
        swap(&spare, &self.spare)
        batch = queue.takeBatch(spare: spare)
        stage = 0
        return true
    }

    /// The step that is under way.
    func step(of steps: [LogStep]) -> LogStep? { batch == nil ? nil : steps[stage] }

    /// The next step of this batch, or of the next one.
    mutating func next(_ durability: Durability, _ steps: [LogStep]) -> LogStep? {
        while batch != nil {
            while stage < steps.count {
                let step = steps[stage]
                if batch?.needs(step, durability, isFirst: file == nil) == true { return step }
                stage += 1
            }
            spare = batch?.bytes ?? []
            batch = nil
            _ = begin()
        }
        return nil
    }

    /// Writes the next pieces of shards anew.
    mutating func shorten(_ core: NodeCore, _ segmentBytes: Int) {
        // Small, so that crashes and other records come between the pieces.
        let pieceBytes = 512
        guard var shortening else { return }
        self.shortening = nil
        let removable = shortening.step(
            core,
            current: queue.segment,
            liveBytes: liveBytes,
            segmentBytes: segmentBytes,
            byteLimit: pieceBytes,
            append: { queue.append($0) }
        )
        self.shortening = shortening
        if let removable { queue.removeSegments(before: removable) }
    }
}
