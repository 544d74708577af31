internal import Replication
internal import Storage

/// A directory's log after its replay, with everything moved out of the way that does not count.
struct ReplayedLog {
    let shards: [RecoveredShard]
    let next: SegmentHeader
    /// The first segment that counts; the next one where there is none.
    let oldest: UInt64
    /// What is wrong with it, where the copy may have lost something.
    let damage: String?

    private static let unusedSuffix = ".unused"
    private static let remedy =
        "Acknowledged writes may be behind it. A node of a cluster gets them back from the others: "
        + "move the folder away and start again. A node that stands alone goes on with what is in "
        + "front of it under --accept-damage"

    /// - Parameters:
    ///   - counts: false where a log that is there is not this copy's.
    ///   - acceptsDamage: whether to go on with what is in front of damage; otherwise it is refused, and
    ///     nothing is changed.
    init(
        _ directory: DataDirectory,
        counts: Bool,
        acceptsDamage: Bool
    ) throws(FileFailure) {
        var recovery = LogRecovery(dataID: directory.dataID)
        var recovered = RecoveredShards()
        let segments = try directory.names().compactMap(SegmentName.segment(named:))
        for segment in segments where counts {
            let path = directory.path(of: SegmentName.name(of: segment))
            let content = try OpenFile.read(path).readAll()
            do throws(LogError) {
                try recovery.read(content, segment: segment) { recovered.replay($0) }
            } catch {
                throw FileFailure("read the log in", directory.path, reason: error.description)
            }
            if let unknown = recovered.unknown {
                throw FileFailure("read the log in", directory.path, reason: unknown)
            }
        }
        let log = recovery.finish()
        let contradictory = recovered.all.first { $0.isDamaged }
        if let contradictory {
            damage = "the log of \(contradictory.shard) contradicts itself"
            shards = []
            next = SegmentHeader(
                dataID: directory.dataID,
                segment: log.next.segment,
                previousEnd: 0
            )
        } else {
            if case .damaged(let place) = log.ending {
                damage = place.description
            } else {
                damage = nil
            }
            shards = recovered.all
            next = log.next
        }
        if let damage, !acceptsDamage {
            throw FileFailure("use the log in", directory.path, reason: damage + ". " + Self.remedy)
        }
        let keepsEarlier = contradictory == nil
        oldest = keepsEarlier ? min(segments.first ?? next.segment, next.segment) : next.segment
        for segment in segments {
            let name = SegmentName.name(of: segment)
            if segment >= next.segment || !keepsEarlier {
                try directory.rename(name, to: name + Self.unusedSuffix)
            } else if segment + 1 == next.segment {
                // It may come from a process that left the syncing to the kernel.
                try OpenFile.read(directory.path(of: name)).synchronize()
            }
        }
        try directory.synchronize()
    }
}
