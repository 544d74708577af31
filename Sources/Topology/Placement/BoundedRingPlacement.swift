/// Consistent hashing with bounded loads (Mirrokni, Thorup and Zadimoghaddam, 2018): the ring, but a node
/// that has ⌈(1 + ε)·mean⌉ keys is full, and its keys go on clockwise to the next that is not.
///
/// No node is ever above the bound. A change moves O(1/ε²) keys for each that must. Where a key lies
/// depends on the others of its set, so a set is placed as one, key by key (`assign`), and `choose` alone answers
/// as for the first key of a set. Both first choices and all copies together are bounded; weights
/// scale the bound. Choose it for shards, or where one hot node limits the whole.
public struct BoundedRingPlacement: PlacementScheme {
    public static let name = "bounded-ring"
    public static let summary = "consistent hashing with bounded loads (Mirrokni et al.)"
    public static let capabilities = PlacementCapabilities(
        weights: .proportional,
        movement: .nearlyMinimal,
        looksAtLoads: true
    )

    /// ε: how far above its share of the keys a node's load may be.
    public var epsilon = 0.25
    /// Points of a node of weight 1.
    public var virtualNodes = 160

    public init() {}

    public func build(for members: PlacementMembers) throws(PlacementError) -> Table {
        guard epsilon > 0, epsilon <= 1_000 else {
            throw .settingOutOfRange("epsilon is above 0 and at most 1000")
        }
        var ring = RingPlacement()
        ring.virtualNodes = virtualNodes
        return Table(self, try ring.points(of: members), members)
    }

    public struct Table: PlacementTable {
        public let members: PlacementMembers
        private let scheme: BoundedRingPlacement
        private let ring: PointRing
        private let ids: [UInt32]
        private let domains: FaultDomains

        init(_ scheme: BoundedRingPlacement, _ ring: PointRing, _ members: PlacementMembers) {
            self.members = members
            self.scheme = scheme
            self.ring = ring
            ids = members.nodes.map(\.id)
            domains = FaultDomains(members)
        }

        /// The most copies that each node may get of so many, in the order of `members`.
        public func limits(copies: Int) -> [Int] {
            shares(of: (1 + scheme.epsilon) * Double(copies))
        }

        private func shares(of load: Double) -> [Int] {
            let scale = load / members.totalWeight
            return members.nodes.map { ceiling(scale * $0.weight) }
        }

        public func load(keys: Int, replicas: Int) -> PlacedLoad {
            var load = PlacedLoad()
            let first = limits(copies: keys)
            load.first = [UInt32](repeating: 0, count: ids.count)
            load.rest = load.first
            load.firstLimits = first.map { UInt32(clamping: $0) }
            // What first choices may take up is not there for others: together they keep the bound.
            // Only with hardly a key a node the rest need a place all the same.
            let rest = shares(of: Double(keys * (replicas - 1)))
            load.restLimits = zip(zip(limits(copies: keys * replicas), first), rest).map {
                UInt32(clamping: max($0.0 - $0.1, $1))
            }
            return load
        }

        public func choose(_ hash: UInt64, into chosen: inout MutableSpan<UInt32>) {
            let first = ring.point(following: hash)
            for replica in chosen.indices {
                chosen[replica] = next(from: first, replica, chosen) { _ in true } ?? 0
            }
            replaceSlots(in: &chosen, by: ids)
        }

        public func assign(
            _ hashes: borrowing Span<UInt64>,
            replicas: Int,
            load: inout PlacedLoad,
            into chosen: inout MutableSpan<UInt32>
        ) {
            precondition(load.first.count == ids.count, "The load is of this table.")
            var nodes = [UInt32](repeating: 0, count: replicas)
            var span = nodes.mutableSpan
            for index in hashes.indices {
                place(hashes[index], load: &load, into: &span)
                for replica in 0..<replicas { chosen[index * replicas + replica] = span[replica] }
            }
        }

        private func place(
            _ hash: UInt64,
            load: inout PlacedLoad,
            into chosen: inout MutableSpan<UInt32>
        ) {
            let start = ring.point(following: hash)
            var slot =
                next(from: start, 0, chosen) { load.first[$0] < load.firstLimits[$0] } ?? 0
            load.first[Int(slot)] += 1
            chosen[0] = slot
            for replica in 1..<max(1, chosen.count) {
                // With nearly as many copies as nodes all that have room may be taken: then the
                // bound gives way, as copies on one node would be worse.
                slot =
                    next(from: start, replica, chosen) { load.rest[$0] < load.restLimits[$0] }
                    ?? next(from: start, replica, chosen) { _ in true } ?? 0
                load.rest[Int(slot)] += 1
                chosen[replica] = slot
            }
            replaceSlots(in: &chosen, by: ids)
        }

        /// The first slot from a point on that is allowed and has room; nil after one whole turn.
        private func next(
            from start: Int,
            _ count: Int,
            _ chosen: borrowing MutableSpan<UInt32>,
            hasRoom: (Int) -> Bool
        ) -> UInt32? {
            var point = start
            repeat {
                let slot = ring.slot(at: point)
                if hasRoom(Int(slot)), domains.allow(slot, after: count, of: chosen) { return slot }
                point = ring.point(after: point)
            } while point != start
            return nil
        }

        public mutating func apply(_ change: MembershipChange) throws(PlacementError) {
            self = try scheme.table(for: members.applying(change))
        }

        /// The counts of a set that is being placed come to 16 bytes more a node.
        public var byteCount: Int {
            ring.byteCount + ids.count * MemoryLayout<UInt32>.size + domains.byteCount
        }
    }
}

private func ceiling(_ value: Double) -> Int {
    let whole = Int(value)
    return Double(whole) < value ? whole + 1 : whole
}
