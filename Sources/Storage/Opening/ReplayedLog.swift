internal import Replication

/// A directory's log after its replay, with everything moved out of the way that does not count.
struct ReplayedLog {
    let shards: [RecoveredShard]
    let next: SegmentHeader
    /// The first segment that counts; the next one where there is none.
    let oldest: UInt64
    /// What is wrong with it, where the copy may have lost something.
    let damage: String?
    private let keepsEarlier: Bool

    /// Replays a log, and moves out of the way what does not count.
    ///
    /// - Parameters:
    ///   - counts: false where a log that is there is not this copy's.
    ///   - acceptsDamage: whether to go on with what is in front of damage; otherwise it is refused, and
    ///     nothing is changed.
    ///   - recovered: gathers what the log holds.
    static func replay<Directory: CopyDirectory>(
        _ directory: inout Directory,
        counts: Bool,
        acceptsDamage: Bool,
        into recovered: RecoveredShards
    ) throws(Directory.Failure) -> Result<ReplayedLog, CopyRefusal> {
        var recovered = recovered
        var recovery = LogRecovery(dataID: directory.dataID)
        let segments = try directory.segments()
        for segment in segments where counts {
            let content = try directory.content(of: segment)
            do throws(LogError) {
                try recovery.read(content, segment: segment) { recovered.replay($0) }
            } catch {
                return .failure(.unreadable(error.description))
            }
            if let unknown = recovered.unknown { return .failure(.unreadable(unknown)) }
        }
        let log = ReplayedLog(recovered.all, recovery.finish(), directory.dataID, segments)
        if let damage = log.damage, !acceptsDamage { return .failure(.damagedLog(damage)) }
        try log.clear(segments, in: &directory)
        return .success(log)
    }

    private init(
        _ recovered: [RecoveredShard],
        _ log: RecoveredLog,
        _ dataID: UInt64,
        _ segments: [UInt64]
    ) {
        if let contradictory = recovered.first(where: { $0.isDamaged }) {
            damage = "the log of \(contradictory.shard) contradicts itself"
            shards = []
            next = SegmentHeader(dataID: dataID, segment: log.next.segment, previousEnd: 0)
            keepsEarlier = false
            oldest = next.segment
            return
        }
        if case .damaged(let place) = log.ending {
            damage = place.description
        } else {
            damage = nil
        }
        shards = recovered
        next = log.next
        keepsEarlier = true
        oldest = min(segments.first ?? next.segment, next.segment)
    }

    private func clear<Directory: CopyDirectory>(
        _ segments: [UInt64],
        in directory: inout Directory
    ) throws(Directory.Failure) {
        for segment in segments {
            if segment >= next.segment || !keepsEarlier {
                try directory.setAside(segment)
            } else if segment + 1 == next.segment {
                // It may come from a process that left the syncing to the kernel.
                try directory.synchronize(segment)
            }
        }
        try directory.synchronizeNames()
    }
}
