internal import Replication
internal import Topology

/// What clients ask of the shards without changing them.
extension Node {
    static func shift(shardCount: Int) -> Int {
        (KeySlot.count / max(1, shardCount)).trailingZeroBitCount
    }

    func shard(ofSlot slot: Int) -> ShardID {
        ShardID(UInt16(truncatingIfNeeded: slot >> shardShift))
    }

    /// The committed record of a key; the pointer must stay valid for the call.
    func record(_ key: UnsafeRawBufferPointer, in shard: ShardID) -> StoredRecord? {
        unsafe core.table.record(key, in: shard)
    }

    /// The answer of a read in the committed state; nil before there is any, and where keys have to end
    /// first.
    func answer(_ read: Command, in shard: ShardID) -> CommandReply? {
        core.table.answer(read, in: shard, at: clock.now)
    }

    /// Whether a key may have ended although its record is there.
    func mayHaveEnded(_ record: StoredRecord, in shard: ShardID) -> Bool {
        core.table.mayHaveEnded(record, in: shard, at: clock.now)
    }

    /// Whether what was just read may be sent: under the primary's lease, or from a backup that is
    /// fresh enough for a reader who knows that it may be old.
    func mayAnswer(_ shard: ShardID, _ reads: ReadMode) -> Bool {
        guard reads != .confirmed else { return false }
        let now = clock.now
        if core.table.readDecision(for: shard, at: now) == .serve { return true }
        guard reads == .replica else { return false }
        let age = core.table.age(of: shard, at: now)
        let isFresh = age.map { $0 <= configuration.replicaReadBound } ?? false
        statistics.countReplicaRead(isFresh: isFresh)
        return isFresh
    }

    /// How old what this node holds of a shard may be, nanoseconds; nil where that is not known.
    func age(of shard: ShardID) -> UInt64? { core.table.age(of: shard, at: clock.now) }

    /// The shards whose primary this node is, by the newest map.
    private var ownShards: [ShardID] {
        guard let map else { return [] }
        return map.shards.indices.lazy
            .filter { map.shards[$0].primary == self.identity.node }
            .map { ShardID(UInt16($0)) }
    }

    /// Keys in the shards that this node is the primary of.
    var keyCount: Int { ownShards.reduce(0) { $0 + (core.state(of: $1)?.count ?? 0) } }

    /// Of these, those with a deadline.
    var expiringKeyCount: Int {
        ownShards.reduce(0) { $0 + (core.state(of: $1)?.expiringCount ?? 0) }
    }

    /// Records from a cursor on, at least `limit` where there are as many, and where to go on.
    func scan(
        from cursor: ScanCursor,
        limit: Int
    ) -> (records: [StoredRecord], next: ScanCursor) {
        var records: [StoredRecord] = []
        var place = cursor.place
        for shard in ownShards where Int(shard.value) >= cursor.shard {
            if Int(shard.value) > cursor.shard { place = 0 }
            while let state = core.state(of: shard) {
                let found = state.scan(from: place, limit: limit - records.count)
                records += found.records.lazy.filter { !self.mayHaveEnded($0, in: shard) }
                place = found.next
                if place == 0 { break }
                if records.count >= limit {
                    return (records, ScanCursor(shard: Int(shard.value), place: place))
                }
            }
            if records.count >= limit {
                return (records, ScanCursor(shard: Int(shard.value) + 1, place: 0))
            }
        }
        return (records, ScanCursor(0))
    }

    /// Why a transaction on the slot cannot be carried out here, by the newest map; nil where it can.
    func refusal(ofSlot slot: Int) -> String? {
        guard let map else { return UnavailableReason.noMap.message }
        guard let primary = map[shard(ofSlot: slot)].primary else {
            return UnavailableReason.noPrimary.message
        }
        return primary == identity.node ? nil : message(.notPrimary, slot: slot)
    }

    /// The error that tells a client of `slot` why it was refused, and where to go.
    func message(_ refusal: Refusal, slot: Int) -> String {
        switch refusal {
        case .unavailable(let reason): return reason.message
        case .notPrimary:
            guard let map, let primary = map[shard(ofSlot: slot)].primary,
                let node = map.node(primary)
            else { return UnavailableReason.noPrimary.message }
            guard primary != identity.node else {
                return "CLUSTERDOWN Hash slot not served: this node started anew and reigns no more"
            }
            return "MOVED \(slot) \(Endpoint(host: node.host, port: Int(node.port)))"
        }
    }
}
