import Topology

/// Replays the records of one shard: holds back what is not known to be committed.
struct ShardReplay {
    let shard: ShardID
    private var promisedTerm = Term.none
    /// Nil while the state is unknown: it begins in a segment that is gone, or was to be replaced.
    private var applied: LogPosition? = .start
    /// Entries above the applied ones, without a gap; those before `first` are used up.
    private var pending: [Pending] = []
    private var first = 0
    private var incoming: Incoming?

    private struct Pending {
        let position: LogPosition
        let payload: ArraySlice<UInt8>
    }

    private struct Incoming {
        let position: LogPosition
        let purpose: SnapshotPurpose
        /// False for a checkpoint of state that the replay has anyway.
        let isVisited: Bool
    }

    /// A sound record that cannot follow the ones before it.
    struct Contradiction: Error, Equatable {
        let reason: String
    }

    init(shard: ShardID) {
        self.shard = shard
    }

    mutating func read(
        _ record: LogRecord,
        into visitor: inout some LogVisitor
    ) throws(Contradiction) {
        switch record {
        case .entry(_, let position, let payload):
            try append(position, payload)
        case .term(_, let term):
            promisedTerm = max(promisedTerm, term)
        case .truncate(_, let index):
            try truncate(after: index)
        case .commit(_, let index):
            apply(upTo: index, into: &visitor)
        case .snapshotBegin(_, let position, let purpose):
            beginSnapshot(position, purpose, into: &visitor)
        case .snapshotChunk(_, let bytes):
            guard let incoming else { throw Contradiction(reason: "a chunk of no snapshot") }
            if incoming.isVisited { visitor.addSnapshotChunk(shard, bytes) }
        case .snapshotEnd:
            try endSnapshot(into: &visitor)
        }
    }

    consuming func finish() -> RecoveredShard {
        guard let applied else {
            return RecoveredShard(
                shard: shard,
                promisedTerm: promisedTerm,
                applied: .start,
                tail: [],
                isComplete: false
            )
        }
        return RecoveredShard(
            shard: shard,
            promisedTerm: promisedTerm,
            applied: applied,
            tail: pending[first...].map {
                RecoveredEntry(position: $0.position, payload: Array($0.payload))
            },
            isComplete: true
        )
    }

    private var last: LogPosition? {
        first < pending.count ? pending[pending.count - 1].position : applied
    }

    private mutating func append(
        _ position: LogPosition,
        _ payload: ArraySlice<UInt8>
    ) throws(Contradiction) {
        if let last {
            // The first entry of all may lie behind a beginning that is gone.
            let beginsElsewhere = last.index == 0 && position.index > 1
            if beginsElsewhere {
                applied = nil
            } else {
                guard position.index == last.index + 1 else {
                    throw Contradiction(
                        reason: "entry \(position.index) follows entry \(last.index)"
                    )
                }
                guard position.term >= last.term else {
                    throw Contradiction(
                        reason: "an entry of term \(position.term) follows one of \(last.term)"
                    )
                }
            }
        }
        promisedTerm = max(promisedTerm, position.term)
        pending.append(Pending(position: position, payload: payload))
    }

    private mutating func truncate(after index: UInt64) throws(Contradiction) {
        if let applied, index < applied.index {
            throw Contradiction(reason: "entry \(index + 1) was committed, then dropped")
        }
        while first < pending.count, pending[pending.count - 1].position.index > index {
            pending.removeLast()
        }
    }

    private mutating func apply(upTo index: UInt64, into visitor: inout some LogVisitor) {
        guard applied != nil else { return }
        while first < pending.count, pending[first].position.index <= index {
            let entry = pending[first]
            visitor.apply(shard, entry.position, payload: entry.payload)
            applied = entry.position
            first += 1
        }
        forgetUsedUp()
    }

    /// Drops the used-up entries once they are the greater part, so that each moves but once.
    private mutating func forgetUsedUp() {
        guard first > 1_000, first * 2 > pending.count else {
            if first == pending.count, first > 0 {
                pending.removeAll(keepingCapacity: true)
                first = 0
            }
            return
        }
        pending.removeSubrange(..<first)
        first = 0
    }

    private mutating func beginSnapshot(
        _ position: LogPosition,
        _ purpose: SnapshotPurpose,
        into visitor: inout some LogVisitor
    ) {
        if purpose == .replacement {
            pending.removeAll()
            first = 0
            applied = nil
        }
        // A checkpoint is worth reading only when what it stands for is gone.
        let isVisited = applied.map { $0.index == 0 && first == pending.count } ?? true
        if isVisited {
            applied = nil
            visitor.beginSnapshot(shard, position)
        }
        incoming = Incoming(position: position, purpose: purpose, isVisited: isVisited)
    }

    private mutating func endSnapshot(
        into visitor: inout some LogVisitor
    ) throws(Contradiction) {
        guard let incoming else { throw Contradiction(reason: "the end of no snapshot") }
        self.incoming = nil
        let position = incoming.position
        promisedTerm = max(promisedTerm, position.term)
        guard incoming.isVisited else {
            apply(upTo: position.index, into: &visitor)
            return
        }
        while first < pending.count, pending[first].position.index <= position.index {
            first += 1
        }
        forgetUsedUp()
        if first < pending.count, pending[first].position.index != position.index + 1 {
            throw Contradiction(reason: "entries are missing behind a snapshot")
        }
        visitor.endSnapshot(shard)
        applied = position
    }
}
