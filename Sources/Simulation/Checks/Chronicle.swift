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
        /// Nil where that is not known either.
        var term: Term?
        var at: UInt64
        /// Of what was dropped: the term that took its place, which it is not of.
        var successor: Term?
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
        of term: Term?,
        at index: UInt64,
        in shard: Int,
        _ now: UInt64
    ) -> Bool {
        let place = Int(index) &- 1
        guard place < entries[shard].count else {
            // Who was away when a reign began may hold more of what that took back than has come since.
            if let term, wasDropped(entry, of: term, at: index, in: shard) { return true }
            while entries[shard].count < place { entries[shard].append(Committed(at: now)) }
            entries[shard].append(Committed(entry: entry, term: term, at: now))
            return true
        }
        guard let term else { return true }
        if let known = entries[shard][place].term, known != term {
            return wasDropped(entry, of: term, at: index, in: shard)
        }
        // Asked first, since of the entries that stand there now the term may not be known yet.
        guard let entry else {
            return wasDropped(nil, of: term, at: index, in: shard)
                || mayHold(term, at: place, in: shard)
        }
        guard let known = entries[shard][place].entry else {
            if wasDropped(entry, of: term, at: index, in: shard) { return true }
            guard mayHold(term, at: place, in: shard) else { return false }
            entries[shard][place].entry = entry
            return true
        }
        return known.command.bytes == entry.command.bytes
            || wasDropped(entry, of: term, at: index, in: shard)
    }

    /// Notes the term of an entry; false where those of its neighbours rule it out, since terms rise.
    private mutating func mayHold(_ term: Term, at place: Int, in shard: Int) -> Bool {
        guard entries[shard][place].term == nil else { return true }
        let next = entries[shard][place...].first { $0.term != nil }?.term
        let last = entries[shard][..<place].last { $0.term != nil }?.term
        if let next, next < term { return false }
        if let last, last > term { return false }
        entries[shard][place].term = term
        return true
    }

    /// Whether something was committed from an index on in an earlier term.
    func contradicts(_ reign: LogPosition, _ shard: Int) -> Bool {
        guard reign.index > 0, entries[shard].count >= Int(reign.index),
            let known = entries[shard].dropFirst(Int(reign.index) - 1).first(where: {
                $0.term != nil
            })
        else { return false }
        return known.term.map { $0 < reign.term } == true
    }

    /// The first entry in front of what a replica holds that is of a later term than that.
    ///
    /// Terms rise, so it stands there no more, also where the replica has trimmed what does. Nil for one
    /// that holds what was dropped.
    func firstLater(
        from index: UInt64,
        before held: (index: UInt64, term: Term),
        in shard: Int
    ) -> UInt64? {
        let end = min(Int(held.index) - 1, entries[shard].count)
        guard Int(index) <= end, !wasDropped(nil, of: held.term, at: held.index, in: shard) else {
            return nil
        }
        return entries[shard][Int(index) - 1..<end].firstIndex {
            $0.term.map { $0 > held.term } == true
        }.map { UInt64($0 + 1) }
    }

    private func wasDropped(
        _ entry: LogEntry?,
        of term: Term,
        at index: UInt64,
        in shard: Int
    ) -> Bool {
        dropped[shard][index]?.contains { old in
            if let known = old.term, known != term { return false }
            if old.term == nil, let successor = old.successor, term >= successor { return false }
            guard let known = old.entry, let entry else { return true }
            return known.command.bytes == entry.command.bytes
        } == true
    }

    /// What goes with an entry that another stands in the place of: all behind it, but for what a later
    /// reign was seen to commit on top of that other one.
    func gone(from index: UInt64, of shard: Int, replacedBy term: Term?) -> Range<Int> {
        let first = min(Int(index) - 1, entries[shard].count)
        let all = first..<entries[shard].count
        guard let term, let known = entries[shard][all].first?.term, known < term else {
            return all
        }
        let end = entries[shard][all].firstIndex { $0.term.map { $0 >= term } == true }
        return first..<(end ?? all.upperBound)
    }

    /// Forgets what was committed there: it is gone, and no promise covered it.
    mutating func drop(_ gone: Range<Int>, of shard: Int, replacedBy term: Term?, _ now: UInt64) {
        for place in gone {
            var last = entries[shard][place]
            last.successor = term
            dropped[shard][UInt64(place + 1), default: []].append(last)
            entries[shard][place] = Committed(at: now)
        }
        if gone.upperBound == entries[shard].count { entries[shard].removeLast(gone.count) }
    }

    /// When the last entry of a term was committed.
    func end(of term: Term, _ shard: Int) -> UInt64? {
        entries[shard].last { $0.term == term }?.at
    }
}

extension Simulator {
    /// Compares what a node has applied of a shard since it was last looked at.
    mutating func record(_ place: Int, _ shard: Int) {
        let applied = nodes[place].applied(of: shard)
        var index = chronicle.seen(place, shard)
        guard applied != index else { return }
        let table = nodes[place].core.table
        if let reign = table.reign(of: shard), reign.index <= applied,
            chronicle.contradicts(reign, shard)
        {
            judgeGone(from: reign.index, of: shard, replacedBy: reign.term, on: place)
        }
        if table.entry(at: index + 1, of: shard) == nil, index + 1 < applied,
            let held = firstHeld(table, shard, from: index + 1, to: applied),
            let gone = chronicle.firstLater(from: index + 1, before: held, in: shard)
        {
            judgeGone(from: gone, of: shard, replacedBy: held.term, on: place)
        }
        while index < applied {
            index &+= 1
            let entry = table.entry(at: index, of: shard)
            let term = entry?.term ?? table.term(at: index, of: shard)
            if chronicle.holds(entry, of: term, at: index, in: shard, now) { continue }
            judgeGone(from: index, of: shard, replacedBy: term, on: place)
            _ = chronicle.holds(entry, of: term, at: index, in: shard, now)
        }
        chronicle.saw(place, shard, upTo: applied)
    }

    /// The first entry of which a replica knows the term.
    private func firstHeld(
        _ table: ShardTable,
        _ shard: Int,
        from index: UInt64,
        to applied: UInt64
    ) -> (index: UInt64, term: Term)? {
        for index in index...applied {
            if let term = table.term(at: index, of: shard) { return (index, term) }
        }
        return nil
    }

    /// What was committed from an index on is gone; says whether it was promised.
    mutating func judgeGone(
        from index: UInt64,
        of shard: Int,
        replacedBy term: Term?,
        on place: Int
    ) {
        let range = chronicle.gone(from: index, of: shard, replacedBy: term)
        let gone = chronicle.entries[shard][range]
        for (offset, lost) in gone.enumerated() {
            // Nobody was told of an entry that only begins a term; one that nobody saw is judged with
            // those behind it.
            guard let command = lost.entry?.command, command.kind != .noOperation else { continue }
            if losses.excuses(shard, acknowledgedAt: lost.at) { continue }
            if mayBeSuffix(lost, shard, term) { continue }
            let what = term == nil ? "is gone" : "was replaced"
            violated(
                "s\(shard): the entry at \(Int(index) + offset) of \(lost.term ?? .none), "
                    + "committed at \(lost.at), \(what) on \(nodes[place].id)"
                    + (term.map { " by one of \($0)" } ?? "")
            )
            break
        }
        let writes = gone.count { $0.entry?.command.kind != .noOperation }
        if writes > 0 {
            if isTraced {
                let replacement = term.map { ", replaced by those of \($0)" } ?? ""
                say(
                    "s\(shard): \(writes) writes from \(index) on are gone on \(nodes[place].id)"
                        + replacement
                )
            }
            firstLoss[shard] = min(firstLoss[shard], now)
            writesLost += writes
        }
        chronicle.drop(range, of: shard, replacedBy: term, now)
    }

    /// Whether a term change may drop it, since it was acknowledged shortly before the term's end.
    private func mayBeSuffix(
        _ lost: Chronicle.Committed,
        _ shard: Int,
        _ successor: Term?
    ) -> Bool {
        guard let term = lost.term, let window = losses.termChangeMayDrop(of: term, shard),
            let end = chronicle.end(of: term, shard)
        else { return false }
        if let successor, successor <= term { return false }
        return end - lost.at <= window + Self.inspectionInterval
    }

    /// Followers are compared with every tick, so a time may be this late.
    private static let inspectionInterval: UInt64 = 20_000_000
}
