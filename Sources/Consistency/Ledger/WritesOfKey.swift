import Histories

/// All that is known of one key's writes: its ledger row and its writes without a yes.
struct WritesOfKey {
    let key: Int
    let writers: Range<UInt32>
    let entry: KeyLedger.Entry
    /// Ascending sequences.
    let unknown: [UInt32]
    let refused: [UInt32]
    /// When the first and the last of the unknown writes were given up, as far as that is known.
    let unknownTimes: ClosedRange<Int64>?

    /// Every sequence that was not acknowledged has one reason; a write that the ledger leaves
    /// without an end was outstanding when its worker stopped, so it is unknown.
    init(
        key: Int,
        writers: Range<UInt32>,
        entry: KeyLedger.Entry,
        unknown: [UInt32],
        refused: [UInt32],
        unknownTimes: ClosedRange<Int64>? = nil
    ) {
        self.unknownTimes = unknownTimes
        self.key = key
        self.writers = writers
        self.entry = entry
        self.refused = refused
        let last = entry.lastIssued
        if last > entry.lastAcknowledged, !unknown.contains(last), !refused.contains(last) {
            self.unknown = unknown + [last]
        } else {
            self.unknown = unknown
        }
    }

    var acknowledged: Int { Int(entry.lastIssued) - unknown.count - refused.count }

    func acknowledged(above survivor: UInt32) -> Int {
        guard entry.lastAcknowledged > survivor else { return 0 }
        let others = (unknown + refused).count { $0 > survivor && $0 <= entry.lastAcknowledged }
        return Int(entry.lastAcknowledged - survivor) - others
    }

    /// The least acknowledged sequence above `survivor`, if there is one.
    func firstAcknowledged(above survivor: UInt32) -> UInt32? {
        guard entry.lastAcknowledged > survivor else { return nil }
        var sequence = survivor + 1
        while sequence < entry.lastAcknowledged,
            unknown.contains(sequence) || refused.contains(sequence)
        {
            sequence += 1
        }
        return sequence
    }

    /// Why `stamp` cannot stand under this key, or `nil` if it can.
    func objection(to stamp: WriteStamp) -> GarbageReading.Kind? {
        if !writers.contains(stamp.writer) { return .foreignWriter }
        if stamp.sequence > entry.lastIssued { return .neverIssued }
        return refused.contains(stamp.sequence) ? .refused : nil
    }
}

extension KeyLedger {
    /// One value a key, in ascending key order.
    var writesOfKeys: [WritesOfKey] {
        let unknownByKey = Self.sequences(of: unknown)
        let refusedByKey = Self.sequences(of: failed)
        var unknownCursor = unknownByKey[...]
        var refusedCursor = refusedByKey[...]
        return entries.indices.map { position in
            let key = keys.key(at: position)
            let unknown = Self.take(key, from: &unknownCursor)
            let times = unknown.map(\.at)
            return WritesOfKey(
                key: key,
                writers: writers,
                entry: entries[position],
                unknown: unknown.map(\.sequence),
                refused: Self.take(key, from: &refusedCursor).map(\.sequence),
                unknownTimes: times.min().flatMap { first in times.max().map { first...$0 } }
            )
        }
    }

    private static func sequences(of writes: [Unacknowledged]) -> [Unacknowledged] {
        writes.sorted { ($0.key, $0.sequence) < ($1.key, $1.sequence) }
    }

    private static func take(
        _ key: Int,
        from cursor: inout ArraySlice<Unacknowledged>
    ) -> ArraySlice<Unacknowledged> {
        let own = cursor.prefix { $0.key <= key }
        cursor = cursor[own.endIndex...]
        return own.drop { $0.key < key }
    }
}
