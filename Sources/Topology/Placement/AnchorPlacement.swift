/// AnchorHash (Mendelson, Vargaftik, Barabash, Lorenz, Keslassy and Orda, "AnchorHash: a scalable
/// consistent hash", 2020): keys are hashed over a fixed number of buckets, and each bucket that is
/// removed remembers how many were left, so that its keys are hashed anew over those.
///
/// 1 + ln(a/w) hashes on average with w of a buckets working, whatever the history; 16 bytes a
/// bucket; joining and leaving take constant time, and any node may leave. A node that joins takes the bucket
/// that was emptied last, so the placement depends on the order of the changes, and the number of
/// buckets is final. Choose it where nodes fail often and a bound on their number is known.
public struct AnchorPlacement: PlacementScheme {
    public static let name = "anchor"
    public static let summary =
        "AnchorHash (Mendelson et al.); any node joins or leaves, up to a capacity"
    public static let capabilities = PlacementCapabilities(
        weights: .none,
        movement: .minimalFirstChoice,
        keepsState: true
    )

    /// Buckets for each of the nodes that the table is first built for.
    public var headroom = 2.0
    /// So many buckets there are at least.
    public var leastCapacity = 16

    public init() {}

    public func build(for members: PlacementMembers) throws(PlacementError) -> Table {
        guard headroom >= 1, headroom <= 1_000 else {
            throw .settingOutOfRange("headroom is between 1 and 1000")
        }
        let wanted = max(Int(Double(members.count) * headroom), leastCapacity)
        guard wanted < 1 << 31 else { throw .settingOutOfRange("a table has below 2^31 buckets") }
        return Table(members, capacity: wanted)
    }

    /// The paper's third algorithm, its arrays under their names there.
    public struct Table: PlacementTable {
        /// A: 0 for a working bucket, else how many were left when this one was removed.
        private var remaining: [UInt32]
        /// K: which bucket stood at a place of W when the one of that number had been removed.
        private var successors: [UInt32]
        /// L: where each bucket stands, or last stood, in W.
        private var places: [UInt32]
        /// W: the working buckets.
        private var working: [UInt32]
        /// R: the removed buckets, the last removed at the end.
        private var removed: [UInt32]
        private var directory: BucketDirectory

        init(_ members: PlacementMembers, capacity: Int) {
            let all = (0..<UInt32(capacity)).map { $0 }
            successors = all
            places = all
            working = all
            removed = all[members.count...].reversed()
            remaining = all.map { $0 < members.count ? 0 : $0 }
            directory = BucketDirectory(members)
        }

        public var members: PlacementMembers {
            PlacementMembers(sorted: directory.sortedNodes)
        }

        public var capacity: Int { remaining.count }

        func bucket(of hash: UInt64) -> UInt32 {
            let remaining = remaining.span
            let successors = successors.span
            var bucket = scaled(hash, below: UInt32(truncatingIfNeeded: remaining.count))
            while true {
                let left = remaining[Int(bucket)]
                if left == 0 { return bucket }
                let again = StableHash.hash(hash, seed: UInt64(bucket))
                var next = scaled(again, below: left)
                while remaining[Int(next)] >= left { next = successors[Int(next)] }
                bucket = next
            }
        }

        public func choose(_ hash: UInt64, into chosen: inout MutableSpan<UInt32>) {
            chooseByRehashing(hash, into: &chosen, in: directory.domains) { bucket(of: $0) }
            replaceSlots(in: &chosen, by: directory.ids)
        }

        public mutating func apply(_ change: MembershipChange) throws(PlacementError) {
            switch change {
            case .add(let node): try add(node)
            case .remove(let id): try remove(id)
            }
        }

        private mutating func add(_ node: PlacementNode) throws(PlacementError) {
            guard directory.bucket(of: node.id) == nil else { throw .duplicateNode(node.id) }
            guard node.weight == directory.weight else {
                throw .weightsUnsupported(scheme: AnchorPlacement.name)
            }
            let count = directory.count
            guard let bucket = removed.popLast() else { throw .capacityReached(capacity) }
            let index = Int(bucket)
            remaining[index] = 0
            places[Int(working[count])] = UInt32(count)
            working[Int(places[index])] = bucket
            successors[index] = bucket
            directory.bind(node, to: bucket)
        }

        private mutating func remove(_ id: UInt32) throws(PlacementError) {
            guard let bucket = directory.bucket(of: id) else { throw .unknownNode(id) }
            let left = directory.count - 1
            guard left > 0 else { throw .noNodes }
            let index = Int(bucket)
            removed.append(bucket)
            remaining[index] = UInt32(left)
            let last = working[left]
            working[Int(places[index])] = last
            successors[index] = last
            places[Int(last)] = places[index]
            directory.release(id)
        }

        /// The paper's 16 bytes a bucket and 4 for each removed one, and the nodes' names.
        public var byteCount: Int {
            (4 * capacity + removed.count) * MemoryLayout<UInt32>.size + directory.byteCount
        }
    }
}
