/// MementoHash (Coluzzi, Brocco, Antonucci and Leidi, "MementoHash: a stateful, minimal memory, best
/// performing consistent hash algorithm", 2023): jump over the buckets there ever were, and a
/// record of each that is missing.
///
/// As fast and small as jump while nobody has left from the middle; each node that has costs 12 to 48
/// bytes and some more hashes. Any node may leave, and there is no bound on their number; a node that
/// joins takes the bucket that was emptied last, so the placement depends on the order of the
/// changes. Choose it for a store that grows, and loses a node now and then.
public struct MementoPlacement: PlacementScheme {
    public static let name = "memento"
    public static let summary =
        "MementoHash (Coluzzi et al.); jump, with a record of nodes that left"
    public static let capabilities = PlacementCapabilities(
        weights: .none,
        movement: .minimalFirstChoice,
        keepsState: true
    )

    public init() {}

    public func build(for members: PlacementMembers) -> Table { Table(members) }

    public struct Table: PlacementTable {
        /// n: working and removed buckets.
        private var bucketCount: UInt32
        /// l: the bucket that the next node to join gets.
        private var lastRemoved: UInt32
        /// R.
        private var removed = RemovedBuckets()
        private var directory: BucketDirectory

        init(_ members: PlacementMembers) {
            bucketCount = UInt32(members.count)
            lastRemoved = bucketCount
            directory = BucketDirectory(members)
        }

        public var members: PlacementMembers {
            PlacementMembers(sorted: directory.sortedNodes)
        }

        func bucket(of hash: UInt64) -> UInt32 {
            var bucket = UInt32(
                truncatingIfNeeded: JumpPlacement.bucket(of: hash, count: Int(bucketCount))
            )
            guard !removed.isEmpty else { return bucket }
            while let left = removed.remaining(after: bucket) {
                bucket = scaled(StableHash.hash(hash, seed: UInt64(bucket)), below: left)
                // A bucket that left earlier than the first one was replaced before that did.
                while let earlier = removed.remaining(after: bucket), earlier >= left {
                    bucket = earlier
                }
            }
            return bucket
        }

        public func first(_ hash: UInt64) -> UInt32 { directory.ids[Int(bucket(of: hash))] }

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
                throw .weightsUnsupported(scheme: MementoPlacement.name)
            }
            let bucket = lastRemoved
            if let previous = removed.forget(bucket) {
                lastRemoved = previous
            } else {
                bucketCount += 1
                lastRemoved = bucketCount
            }
            directory.bind(node, to: bucket)
        }

        private mutating func remove(_ id: UInt32) throws(PlacementError) {
            guard let bucket = directory.bucket(of: id) else { throw .unknownNode(id) }
            let left = UInt32(directory.count - 1)
            guard left > 0 else { throw .noNodes }
            if removed.isEmpty, bucket == bucketCount - 1 {
                bucketCount = bucket
            } else {
                removed.remember(bucket, remaining: left, previous: lastRemoved)
            }
            lastRemoved = bucket
            directory.release(id)
        }

        /// Three numbers for each removed bucket, in a table that is at most half full, and the
        /// nodes' names.
        public var byteCount: Int { removed.byteCount + directory.byteCount }
    }
}
