public import Topology

/// What the log held of one shard, built record by record in the order of the log.
///
/// Committed entries are applied as they come, so that recovery streams. A full copy without its end
/// never happened: what stood before it stands.
public struct RecoveredShard: Sendable {
    public let shard: ShardID
    private var term = Term.none
    private var log = ShardLog()
    private var commit: UInt64 = 0
    private var applied: UInt64 = 0
    private var state = KeyValueState()
    private var copy: Copy?
    /// A record did not follow from those before it: the copy is damaged.
    public private(set) var isDamaged = false

    /// A copy whose end has not come.
    ///
    /// Where it is the replica's own state written anew, the entries behind it come among its pieces.
    private struct Copy: Sendable {
        let position: LogPosition
        var decoding = StateDecoding()
        var isWhole = true
        var log = ShardLog()
        var commit: UInt64

        init(position: LogPosition) {
            self.position = position
            commit = position.index
            log.reset(to: position)
        }

        mutating func note(_ position: LogPosition, _ command: Command) {
            guard position.index == log.lastIndex + 1 else { return }
            log.append(LogEntry(term: position.term, command: command))
        }
    }

    public init(shard: ShardID) { self.shard = shard }

    public mutating func replay(_ record: LogRecord) {
        switch record {
        case .entry(_, let position, let command):
            copy?.note(position, command)
            replay(entry: command, at: position)
        case .term(_, let term): self.term = max(self.term, term)
        case .truncate(_, let index):
            copy?.log.truncate(after: index)
            if index < applied { isDamaged = true } else { log.truncate(after: index) }
        case .commit(_, let index):
            commit = max(commit, index)
            copy?.commit = index
            apply()
        case .snapshotBegin(_, let position): copy = Copy(position: position)
        case .snapshotChunk(_, let bytes):
            if copy?.decoding.take(bytes) == false { copy?.isWhole = false }
        case .snapshotEnd: finishCopy(keepsLog: false)
        case .checkpointEnd: finishCopy(keepsLog: true)
        }
    }

    private mutating func replay(entry command: Command, at position: LogPosition) {
        // A checkpoint repeats the entries behind it.
        guard log.term(at: position.index) != position.term || position.index == 0 else { return }
        guard position.index == log.lastIndex + 1 else {
            isDamaged = true
            return
        }
        log.append(LogEntry(term: position.term, command: command))
        term = max(term, position.term)
    }

    private mutating func finishCopy(keepsLog: Bool) {
        guard let copy, copy.isWhole, let state = copy.decoding.state else {
            isDamaged = true
            return
        }
        self.copy = nil
        self.state = state
        applied = copy.position.index
        // It stands in for everything before it, of which a log that was shortened has only the end.
        isDamaged = false
        if keepsLog {
            log = copy.log
            commit = max(copy.commit, applied)
            apply()
        } else {
            log.reset(to: copy.position)
            commit = applied
        }
    }

    private mutating func apply() {
        guard commit <= log.lastIndex else {
            isDamaged = true
            return
        }
        while applied < commit {
            applied += 1
            _ = state.apply(log[applied].command)
        }
        if log.count > Self.retainedEntries {
            let keep = min(applied, log.lastIndex - UInt64(Self.retainedEntries / 2))
            log.trim(upTo: keep)
        }
    }

    private static let retainedEntries = 4_096

    func replica() -> ShardReplica {
        var replica = ShardReplica(shard: shard)
        replica.storedTerm = term
        replica.durableTerm = term
        replica.log = log
        replica.durable = log.lastIndex
        replica.commit = commit
        replica.loggedCommit = commit
        replica.applied = applied
        replica.state = state
        return replica
    }
}
