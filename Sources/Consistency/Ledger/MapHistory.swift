/// What the cluster map said of each shard, and since when.
public struct MapHistory: Sendable, Hashable {
    /// One assignment, valid from `at` until the shard's next.
    public struct Entry: Sendable, Hashable {
        /// Nanoseconds of the host's monotonic clock.
        public var at: Int64
        public var term: UInt64
        /// The version of the map that brought it.
        public var epoch: UInt64
        /// `nil` while nobody may be it.
        public var primary: Int?
        /// The primary's process.
        public var boot: UInt64
        /// Numbers of the nodes in the in-sync set.
        public var inSync: [Int]
        /// The admitted copy of each replica, by node.
        public var copies: [Int: UInt64]
        /// Whether the shard had fallen back to what its mode degrades to.
        public var isDegraded: Bool

        public init(
            at: Int64,
            term: UInt64,
            epoch: UInt64 = 0,
            primary: Int? = nil,
            boot: UInt64 = 0,
            inSync: [Int],
            copies: [Int: UInt64],
            isDegraded: Bool = false
        ) {
            self.isDegraded = isDegraded
            self.at = at
            self.term = term
            self.epoch = epoch
            self.primary = primary
            self.boot = boot
            self.inSync = inSync
            self.copies = copies
        }
    }

    /// By shard, in the order of time.
    private var entries: [Int: [Entry]] = [:]

    public init() {}

    /// Adds a shard's next assignment; they must come in the order of time.
    public mutating func append(_ entry: Entry, shard: Int) {
        entries[shard, default: []].append(entry)
    }

    /// A shard's assignments from the one in force at a moment on; empty if none is known.
    func entries(of shard: Int, from moment: Int64) -> ArraySlice<Entry> {
        let all = entries[shard] ?? []
        let later = all.firstIndex { $0.at > moment } ?? all.count
        return all[max(0, later - 1)...]
    }

    /// When the map counted a node's copy again that was lost at a moment: its next admitted copy.
    func readmission(of node: Int, shard: Int, after loss: Int64) -> Int64? {
        let known = entries(of: shard, from: loss)
        guard let lost = known.first?.copies[node] else { return nil }
        return known.first { $0.copies[node].map { $0 != lost } ?? false }?.at
    }

    /// The first change of a shard's term after a moment.
    func termChange(of shard: Int, after moment: Int64) -> Int64? {
        let known = entries(of: shard, from: moment)
        guard let term = known.first?.term else { return nil }
        return known.first { $0.term > term }?.at
    }

    /// Whether a shard changed its term while it was degraded, after a moment.
    func changedTermDegraded(_ shard: Int, after moment: Int64) -> Bool {
        let known = entries(of: shard, from: moment)
        return zip(known, known.dropFirst()).contains { old, new in
            old.isDegraded && new.term > old.term
        }
    }

    /// Whether any shard was degraded at a moment up to this one.
    func wasDegraded(until moment: Int64) -> Bool {
        entries.values.contains { known in known.contains { $0.isDegraded && $0.at <= moment } }
    }

    /// Every primary that the map named.
    public var reigns: [PrimaryReign] {
        entries.keys.sorted().flatMap { shard in
            (entries[shard] ?? []).compactMap { entry in
                entry.primary.map { node in
                    PrimaryReign(
                        shard: shard,
                        term: entry.term,
                        node: node,
                        boot: entry.boot,
                        witness: .map,
                        at: entry.at
                    )
                }
            }
        }
    }

    /// A shard's term in a version of the map.
    public func term(of shard: Int, inEpoch epoch: UInt64) -> UInt64? {
        entries[shard]?.last { $0.epoch <= epoch }?.term
    }

    func knows(_ shard: Int) -> Bool { entries[shard]?.isEmpty == false }
}
