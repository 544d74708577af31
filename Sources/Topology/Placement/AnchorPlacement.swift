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

        /// Follows a bucket that was removed when `left` others were there to a working one.
        @inline(__always)
        private static func working(
            _ start: UInt32,
            _ left: UInt32,
            for hash: UInt64,
            _ remaining: borrowing Span<UInt32>,
            _ successors: borrowing Span<UInt32>
        ) -> UInt32 {
            var bucket = start
            var left = left
            while left > 0 {
                bucket = scaled(StableHash.hash(hash, seed: UInt64(bucket)), below: left)
                var leftHere = remaining[Int(bucket)]
                while leftHere >= left {
                    bucket = successors[Int(bucket)]
                    leftHere = remaining[Int(bucket)]
                }
                left = leftHere
            }
            return bucket
        }

        private func bucket(of hash: UInt64) -> UInt32 {
            let start = scaled(hash, below: UInt32(truncatingIfNeeded: capacity))
            let left = remaining[Int(start)]
            return Self.working(start, left, for: hash, remaining.span, successors.span)
        }

        public func first(_ hash: UInt64) -> UInt32 { directory.ids[Int(bucket(of: hash))] }

        public func assign(
            _ hashes: borrowing Span<UInt64>,
            replicas: Int,
            load: inout PlacedLoad,
            into chosen: inout MutableSpan<UInt32>
        ) {
            if replicas == 1 {
                assignFirst(hashes, into: &chosen)
            } else {
                chooseEach(hashes, replicas: replicas, into: &chosen)
            }
        }

        /// In blocks: a large table is waited for, and what no branch stands before is fetched at once.
        private func assignFirst(
            _ hashes: borrowing Span<UInt64>,
            into chosen: inout MutableSpan<UInt32>
        ) {
            let remaining = remaining.span
            let successors = successors.span
            let ids = directory.ids.span
            let capacity = UInt32(truncatingIfNeeded: capacity)
            var lefts = [16 of UInt32](repeating: 0)
            for begin in stride(from: 0, to: hashes.count, by: lefts.count) {
                let end = min(hashes.count, begin + lefts.count)
                for index in begin..<end {
                    lefts[index - begin] = remaining[Int(scaled(hashes[index], below: capacity))]
                }
                for index in begin..<end {
                    let hash = hashes[index]
                    let start = scaled(hash, below: capacity)
                    let left = lefts[index - begin]
                    chosen[index] = Self.working(start, left, for: hash, remaining, successors)
                }
                for index in begin..<end { chosen[index] = ids[Int(chosen[index])] }
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
