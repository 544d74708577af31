/// Consistent hashing on a ring with virtual nodes (Karger et al., "Consistent hashing and random
/// trees", STOC 1997): a key belongs to the nodes whose points follow its hash, clockwise.
///
/// A lookup takes constant time on average by an index over the points, which take 16 to 20 bytes
/// each. The standard error of the load is one over the square root of a node's points: 8 % with
/// 160. Movement is minimal, for backups too, and weights are numbers of points. Choose it where
/// nodes of unequal size come and go; the classic of Dynamo and Cassandra.
public struct RingPlacement: PlacementScheme {
    public static let name = "ring"
    public static let summary = "consistent hashing with virtual nodes (Karger et al.)"
    public static let capabilities = PlacementCapabilities(
        weights: .proportional,
        movement: .minimal
    )

    /// Points of a node of weight 1; the standard error of the load falls with its square root.
    public var virtualNodes = 160

    public init() {}

    public func build(for members: PlacementMembers) throws(PlacementError) -> Table {
        Table(self, try points(of: members), members)
    }

    func points(of members: PlacementMembers) throws(PlacementError) -> PointRing {
        guard virtualNodes > 0 else { throw .settingOutOfRange("virtualNodes is at least 1") }
        var points: [PointRing.Point] = []
        points.reserveCapacity(members.count * virtualNodes)
        for (slot, node) in members.nodes.enumerated() {
            // By weight 1 rather than by the mean, so that nobody's points move when a node joins.
            let count = Double(virtualNodes) * node.weight + 0.5
            guard count < 0x1p31 else { throw .weightOutOfRange(node: node.id) }
            for number in 0..<max(1, Int(count)) {
                let hash = StableHash.hash(UInt64(number), seed: UInt64(node.id))
                points.append(PointRing.Point(hash: hash, slot: UInt32(slot)))
            }
        }
        return PointRing(points)
    }

    public struct Table: PlacementTable {
        public let members: PlacementMembers
        private let scheme: RingPlacement
        private let ring: PointRing
        private let ids: [UInt32]
        private let domains: FaultDomains

        init(_ scheme: RingPlacement, _ ring: PointRing, _ members: PlacementMembers) {
            self.members = members
            self.scheme = scheme
            self.ring = ring
            ids = members.nodes.map(\.id)
            domains = FaultDomains(members)
        }

        public func first(_ hash: UInt64) -> UInt32 {
            ids[Int(ring.slot(at: ring.point(following: hash)))]
        }

        public func choose(_ hash: UInt64, into chosen: inout MutableSpan<UInt32>) {
            let first = ring.point(following: hash)
            var point = first
            for replica in chosen.indices {
                // What a zone kept out before may be allowed once every zone has a replica.
                if replica > 0, !domains.areTrivial { point = first }
                while !domains.allow(ring.slot(at: point), after: replica, of: chosen) {
                    point = ring.point(after: point)
                }
                chosen[replica] = ring.slot(at: point)
            }
            replaceSlots(in: &chosen, by: ids)
        }

        /// The exact part of all keys that each node is first choice for, in the order of `members`.
        public var shares: [Double] { ring.shares(slotCount: ids.count) }

        public mutating func apply(_ change: MembershipChange) throws(PlacementError) {
            self = try scheme.table(for: members.applying(change))
        }

        public var byteCount: Int {
            ring.byteCount + ids.count * MemoryLayout<UInt32>.size + domains.byteCount
        }
    }
}
