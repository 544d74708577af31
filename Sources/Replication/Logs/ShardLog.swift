public import Topology

/// The part of a shard's log that is kept in memory: consecutive entries after `base`.
public struct ShardLog: Sendable {
    /// The position before the first kept entry.
    public private(set) var base = LogPosition.start
    private var kept: [LogEntry] = []
    /// Entries at the front of `kept` that were dropped and wait for their removal.
    private var dropped = 0
    /// Bytes of the kept commands.
    public private(set) var byteCount = 0

    public init() {}

    public var count: Int { kept.count - dropped }
    public var lastIndex: UInt64 { base.index + UInt64(count) }

    public var last: LogPosition {
        guard count > 0 else { return base }
        return LogPosition(term: kept[kept.count - 1].term, index: lastIndex)
    }

    /// The term of an index, nil where the log does not reach it.
    public func term(at index: UInt64) -> Term? {
        if index == base.index { return base.term }
        guard index > base.index, index <= lastIndex else { return nil }
        return self[index].term
    }

    /// The entry of a kept index.
    public subscript(index: UInt64) -> LogEntry { kept[dropped + Int(index - base.index) - 1] }

    public mutating func append(_ entry: LogEntry) {
        kept.append(entry)
        byteCount += entry.command.bytes.count
    }

    /// Counts an entry that nobody will ask for again, without keeping it or what is in front of it.
    public mutating func skip(term: Term) {
        if count > 0 { trim(upTo: lastIndex) }
        base = LogPosition(term: term, index: base.index + 1)
    }

    /// Entries from an index on, up to the last one wanted and both limits, but at least one.
    public func entries(
        from index: UInt64,
        to last: UInt64 = .max,
        countLimit: Int,
        byteLimit: Int
    ) -> [LogEntry] {
        guard index > base.index, index <= min(last, lastIndex) else { return [] }
        let first = dropped + Int(index - base.index) - 1
        let wanted = min(kept.count, dropped + Int(min(last, lastIndex) - base.index))
        var end = first
        var bytes = 0
        while end < wanted, end - first < countLimit, bytes < byteLimit {
            bytes += kept[end].command.bytes.count
            end += 1
        }
        return Array(kept[first..<end])
    }

    /// Drops the entries after an index.
    public mutating func truncate(after index: UInt64) {
        while lastIndex > index, count > 0 {
            byteCount -= kept.removeLast().command.bytes.count
        }
    }

    /// Forgets the entries up to an index.
    public mutating func trim(upTo index: UInt64) {
        guard index > base.index else { return }
        let end = min(index, lastIndex)
        while base.index < end {
            let entry = kept[dropped]
            base = LogPosition(term: entry.term, index: base.index + 1)
            byteCount -= entry.command.bytes.count
            kept[dropped] = LogEntry(term: .none, command: .empty)
            dropped += 1
        }
        // Removal costs a move of what is left, so it waits until at least half of the array is free.
        if dropped > 64, dropped * 2 > kept.count {
            kept.removeFirst(dropped)
            dropped = 0
        }
    }

    /// Starts over after a full copy.
    public mutating func reset(to position: LogPosition) {
        kept = []
        dropped = 0
        byteCount = 0
        base = position
    }
}
