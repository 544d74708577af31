import Replication
import Topology

/// What was committed, shard by shard: the one sequence of entries that every replica must agree on.
struct Chronicle {
    private let shards: Int
    /// By shard, from index 1 on.
    private(set) var entries: [[Committed]]
    /// By node and shard: everything up to here was compared.
    private var seen: [UInt64]
    /// By shard: what a promise did not cover, and is gone; a replica may still hold it.
    private var dropped: [[UInt64: [Committed]]]

    struct Committed {
        /// Nil where nobody kept the entry long enough to be seen.
        var entry: LogEntry?
        var at: UInt64
    }

    init(nodes: Int, shards: Int) {
        self.shards = shards
        entries = Array(repeating: [], count: shards)
        dropped = Array(repeating: [:], count: shards)
        seen = Array(repeating: 0, count: (nodes + 1) * shards)
    }

    /// A process began with what its disk holds: all of it is compared again.
    mutating func started(_ node: Int) {
        for shard in 0..<shards { seen[node * shards + shard] = 0 }
    }

    @inline(__always)
    func seen(_ node: Int, _ shard: Int) -> UInt64 { seen[node &* shards &+ shard] }

    /// Notes that everything up to `applied` was compared.
    mutating func saw(_ node: Int, _ shard: Int, upTo applied: UInt64) {
        seen[node &* shards &+ shard] = applied
    }

    /// Compares an entry that a node has applied; false where it is not what was committed.
    mutating func holds(
        _ entry: LogEntry?,
        at index: UInt64,
        of shard: Int,
        _ now: UInt64
    ) -> Bool {
        let place = Int(index) &- 1
        guard place < entries[shard].count else {
            while entries[shard].count < place {
                entries[shard].append(Committed(entry: nil, at: now))
            }
            entries[shard].append(Committed(entry: entry, at: now))
            return true
        }
        guard let entry else { return true }
        if let known = entries[shard][place].entry {
            if known.term == entry.term, known.command.bytes == entry.command.bytes { return true }
            return wasDropped(entry, at: index, of: shard)
        }
        if wasDropped(entry, at: index, of: shard) { return true }
        // Terms rise: that of what nobody saw lies between those of its neighbours.
        let next = entries[shard][place...].first { $0.entry != nil }?.entry?.term
        let last = entries[shard][..<place].last { $0.entry != nil }?.entry?.term
        if let next, next < entry.term { return false }
        if let last, last > entry.term { return false }
        entries[shard][place].entry = entry
        return true
    }

    private func wasDropped(_ entry: LogEntry, at index: UInt64, of shard: Int) -> Bool {
        dropped[shard][index]?.contains { old in
            guard let known = old.entry else { return true }
            return known.term == entry.term && known.command.bytes == entry.command.bytes
        } == true
    }

    /// Forgets what was committed from an index on: it is gone, and no promise covered it.
    mutating func drop(from index: UInt64, of shard: Int) {
        while entries[shard].count >= Int(index), let last = entries[shard].popLast() {
            dropped[shard][UInt64(entries[shard].count + 1), default: []].append(last)
        }
    }

    /// When the last entry of a term was committed.
    func end(of term: Term, _ shard: Int) -> UInt64? {
        entries[shard].last { $0.entry?.term == term }?.at
    }
}

extension Simulator {
    /// Compares what a node has applied of a shard since it was last looked at.
    mutating func record(_ place: Int, _ shard: Int) {
        let table = nodes[place].core.table
        let applied = table.applied(of: shard)
        var index = chronicle.seen(place, shard)
        guard applied != index else { return }
        while index < applied {
            index &+= 1
            let entry = table.entry(at: index, of: shard)
            if chronicle.holds(entry, at: index, of: shard, now) { continue }
            guard let entry else { continue }
            judgeGone(from: index, of: shard, replacedBy: entry, on: place)
            _ = chronicle.holds(entry, at: index, of: shard, now)
        }
        chronicle.saw(place, shard, upTo: applied)
    }

    /// What was committed from an index on is gone; says whether it was promised.
    mutating func judgeGone(
        from index: UInt64,
        of shard: Int,
        replacedBy entry: LogEntry?,
        on place: Int
    ) {
        let gone = chronicle.entries[shard].dropFirst(Int(index) - 1)
        for (offset, lost) in gone.enumerated() {
            // Nobody was told of an entry that only begins a term; one that nobody saw is judged with
            // those behind it.
            guard let command = lost.entry?.command, command.kind != .noOperation else { continue }
            if losses.excuses(shard, acknowledgedAt: lost.at) { continue }
            if mayBeSuffix(lost, shard, entry) { continue }
            let what = entry == nil ? "is gone" : "was replaced"
            violated(
                "s\(shard): the entry at \(Int(index) + offset) of \(lost.entry?.term ?? .none), "
                    + "committed at \(lost.at), \(what) on \(nodes[place].id)"
                    + (entry.map { " by one of \($0.term)" } ?? "")
            )
            break
        }
        let writes = gone.count { $0.entry?.command.kind != .noOperation }
        if writes > 0 {
            firstLoss[shard] = min(firstLoss[shard], now)
            writesLost += writes
        }
        chronicle.drop(from: index, of: shard)
    }

    /// Whether a term change may drop it, since it was acknowledged shortly before the term's end.
    private func mayBeSuffix(
        _ lost: Chronicle.Committed,
        _ shard: Int,
        _ entry: LogEntry?
    ) -> Bool {
        guard let term = lost.entry?.term, let window = losses.termChangeMayDrop(of: term, shard),
            let end = chronicle.end(of: term, shard)
        else { return false }
        if let entry, entry.term <= term { return false }
        return end - lost.at <= window + Self.inspectionInterval
    }

    /// Followers are compared with every tick, so a time may be this late.
    private static let inspectionInterval: UInt64 = 20_000_000
}
