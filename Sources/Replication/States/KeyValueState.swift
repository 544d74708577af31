import Topology

/// One shard's keys and values: an open-addressing table with linear probing whose order is the order
/// of the keys' hashes.
///
/// Lists stand beside it, so that a record is one pointer whatever its key holds.
///
/// Copying is free until the next write, which is how a full copy is sent while the shard serves.
public struct KeyValueState: Sendable {
    /// The upper half of each key's hash, 0 where the place is empty.
    private(set) var tags: [UInt32]
    private(set) var records: [StoredRecord]
    /// The table has two to this power places.
    private var bits: UInt32
    public private(set) var count = 0
    /// Bytes of the stored records, headers included, and of the lists' elements.
    public private(set) var byteCount = 0
    private var lists = ListPlaces()
    var watched = WatchedKeys()
    /// Keys that have a deadline.
    public internal(set) var expiringCount = 0
    var deadlines = Deadlines()
    /// The highest log time that is known of: no entry behind those applied may have a lower one.
    public internal(set) var logTime: Int64 = 0
    /// Keys that ended here since the process started.
    public internal(set) var expiredCount = 0

    private static let smallestBits: UInt32 = 3
    private static let emptyRecord = StoredRecord(bytes: [])

    public init() {
        bits = Self.smallestBits
        tags = Array(repeating: 0, count: 1 << Int(bits))
        records = Array(repeating: Self.emptyRecord, count: 1 << Int(bits))
    }

    /// The record of a key; the pointer must stay valid for the call.
    public func find(_ key: UnsafeRawBufferPointer) -> StoredRecord? {
        guard let place = unsafe place(of: key) else { return nil }
        return records[place]
    }

    public func find(_ key: some Collection<UInt8>) -> StoredRecord? {
        place(of: key).map { records[$0] }
    }

    /// The list of a key; nil where there is no key or its value is none.
    public func list(_ key: some Collection<UInt8>) -> ListValue? {
        guard let record = find(key), record.isList else { return nil }
        return lists[record.listPlace]
    }

    /// Changes the list of a key, an empty one where there is no key; false where its value is none.
    mutating func changeList(
        _ key: ArraySlice<UInt8>,
        _ body: (inout ListValue) -> Void
    ) -> Bool {
        let place: Int
        if let record = find(key) {
            guard record.isList else { return false }
            place = record.listPlace
        } else {
            place = lists.add()
            store(StoredRecord(key: key, listPlace: place))
        }
        let before = lists[place].byteCount
        body(&lists[place])
        byteCount += lists[place].byteCount - before
        if !watched.isEmpty { watched.touch(key) }
        return true
    }

    /// Stores a string's record in place of whatever its key holds.
    public mutating func insert(_ record: StoredRecord) {
        store(record)
        if !watched.isEmpty { watched.touch(record.key) }
    }

    private mutating func store(_ record: StoredRecord) {
        let tag = unsafe record.bytes.withUnsafeBytes {
            unsafe Self.tag(of: UnsafeRawBufferPointer(rebasing: $0[record.keyRange]))
        }
        let found = unsafe record.bytes.withUnsafeBytes {
            unsafe place(of: UnsafeRawBufferPointer(rebasing: $0[record.keyRange]), tag: tag)
        }
        if let found {
            byteCount += record.bytes.count - records[found].bytes.count
            if records[found].isList { dropList(of: records[found]) }
            let expires = records[found].expires
            records[found] = record
            if record.expires { noteDeadline(of: record, tag: tag) }
            if expires { lostDeadline() }
            return
        }
        if (count + 1) * 4 > tags.count * 3 { grow() }
        place(record, tag: tag)
        if record.expires { noteDeadline(of: record, tag: tag) }
        count += 1
        byteCount += record.bytes.count
    }

    /// Removes a key; false where there was none.
    @discardableResult
    public mutating func remove(_ key: some Collection<UInt8>) -> Bool {
        guard let found = place(of: key) else { return false }
        byteCount -= records[found].bytes.count
        if records[found].isList { dropList(of: records[found]) }
        if !watched.isEmpty { watched.touch(records[found].key) }
        let expires = records[found].expires
        count -= 1
        close(gap: found)
        if expires { lostDeadline() }
        return true
    }

    /// Records from a cursor on, at least `limit` where there are as many, and the cursor to go on
    /// from, 0 at the end.
    ///
    /// A cursor is a hash, so a key that stays is met exactly once however the table grows meanwhile.
    public func scan(from cursor: UInt32, limit: Int) -> (records: [StoredRecord], next: UInt32) {
        var found: [StoredRecord] = []
        var first = UInt64(cursor)
        let mask = tags.count - 1
        while true {
            let home = Int(first >> UInt64(32 - bits))
            let end = UInt64(home + 1) << UInt64(32 - bits)
            var place = home
            while tags[place] != 0 {
                if UInt64(tags[place]) >= first, UInt64(tags[place]) < end {
                    found.append(records[place])
                }
                place = (place + 1) & mask
                if place == home { break }
            }
            if end > UInt64(UInt32.max) { return (found, 0) }
            if found.count >= limit { return (found, UInt32(end)) }
            first = end
        }
    }

    /// Every record, in the order of the table.
    public var allRecords: [StoredRecord] {
        zip(tags, records).lazy.filter { $0.0 != 0 }.map(\.1)
    }

    /// The first record at or behind a place of the table; the place is moved behind it.
    func nextRecord(from place: inout Int) -> StoredRecord? {
        while place < tags.count {
            defer { place += 1 }
            if tags[place] != 0 { return records[place] }
        }
        return nil
    }

    /// Records whose key has a tag; hardly ever more than one.
    func forEachRecord(tagged tag: UInt32, _ body: (StoredRecord) -> Void) {
        let mask = tags.count - 1
        var place = home(of: tag)
        while tags[place] != 0 {
            if tags[place] == tag { body(records[place]) }
            place = (place + 1) & mask
        }
    }

    /// Gives a key another deadline, or none; false where there is no such key.
    mutating func setDeadline(_ deadline: Int64?, of key: ArraySlice<UInt8>) -> Bool {
        guard let found = place(of: key) else { return false }
        let record = records[found].ending(at: deadline)
        byteCount += record.bytes.count - records[found].bytes.count
        let expires = records[found].expires
        records[found] = record
        if record.expires { noteDeadline(of: record, tag: tags[found]) }
        if expires { lostDeadline() }
        if !watched.isEmpty { watched.touch(key) }
        return true
    }

    private mutating func dropList(of record: StoredRecord) {
        byteCount -= lists[record.listPlace].byteCount
        lists.remove(record.listPlace)
    }

    static func tag(of key: UnsafeRawBufferPointer) -> UInt32 {
        let upper = unsafe UInt32(truncatingIfNeeded: StableHash.hash(key) >> 32)
        return upper == 0 ? 1 : upper
    }

    func home(of tag: UInt32) -> Int { Int(tag >> (32 - bits)) }

    private func place(of key: some Collection<UInt8>) -> Int? {
        let found = key.withContiguousStorageIfAvailable {
            unsafe place(of: UnsafeRawBufferPointer($0))
        }
        if let found { return found }
        let bytes = Array(key)
        return unsafe bytes.withUnsafeBytes { unsafe place(of: $0) }
    }

    private func place(of key: UnsafeRawBufferPointer) -> Int? {
        unsafe place(of: key, tag: Self.tag(of: key))
    }

    private func place(of key: UnsafeRawBufferPointer, tag: UInt32) -> Int? {
        let mask = tags.count - 1
        var place = home(of: tag)
        while tags[place] != 0 {
            if tags[place] == tag, unsafe records[place].hasKey(key) { return place }
            place = (place + 1) & mask
        }
        return nil
    }

    private mutating func place(_ record: StoredRecord, tag: UInt32) {
        let mask = tags.count - 1
        var place = home(of: tag)
        while tags[place] != 0 { place = (place + 1) & mask }
        tags[place] = tag
        records[place] = record
    }

    /// The records move, which counts no reference where nobody else holds the old table.
    private mutating func grow() {
        let oldTags = tags
        var oldRecords: [StoredRecord] = []
        swap(&oldRecords, &records)
        bits += 1
        tags = Array(repeating: 0, count: 1 << Int(bits))
        records = Array(repeating: Self.emptyRecord, count: 1 << Int(bits))
        let mask = tags.count - 1
        for old in oldTags.indices where oldTags[old] != 0 {
            var place = home(of: oldTags[old])
            while tags[place] != 0 { place = (place + 1) & mask }
            tags[place] = oldTags[old]
            swap(&records[place], &oldRecords[old])
        }
    }

    /// Moves later members of the run back over the gap (Knuth, volume 3, algorithm 6.4R).
    private mutating func close(gap start: Int) {
        let mask = tags.count - 1
        var gap = start
        var place = (gap + 1) & mask
        while tags[place] != 0 {
            let distance = (place &- home(of: tags[place])) & mask
            if distance >= (place &- gap) & mask {
                tags[gap] = tags[place]
                records[gap] = records[place]
                gap = place
            }
            place = (place + 1) & mask
        }
        tags[gap] = 0
        records[gap] = Self.emptyRecord
    }
}
