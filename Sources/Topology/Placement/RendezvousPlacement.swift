/// Highest random weight (Thaler and Ravishankar, "Using name-based mappings to increase hit rates",
/// 1998): the nodes with the largest hashes of (key, node), in that order.
///
/// No table, an even load, minimal movement for every choice, and the load of a node that fails is
/// spread over all others, at a cost of one hash per node and lookup. Weights divide the
/// logarithm of the hash (Schindelhauer and Schomaker, "Weighted distributed hash tables", 2005),
/// so that the smallest of exponential variables wins. Choose it for up to a few dozen nodes.
public struct RendezvousPlacement: PlacementScheme {
    public static let name = "rendezvous"
    public static let summary = "highest random weight (Thaler and Ravishankar)"
    public static let capabilities = PlacementCapabilities(
        weights: .proportional,
        movement: .minimal
    )

    public init() {}

    public func build(for members: PlacementMembers) -> Table { Table(members) }

    public struct Table: PlacementTable {
        public let members: PlacementMembers
        private let ids: [UInt32]
        private let seeds: [StableHash.Seed]
        /// Empty where all weights are the same: then the hashes themselves are compared.
        private let weights: [Double]
        private let domains: FaultDomains

        init(_ members: PlacementMembers) {
            self.members = members
            ids = members.nodes.map(\.id)
            seeds = members.nodes.map { StableHash.Seed(UInt64($0.id)) }
            weights = members.areWeighted ? members.nodes.map(\.weight) : []
            domains = FaultDomains(members)
        }

        public func first(_ hash: UInt64) -> UInt32 { ids[Int(best(hash))] }

        public func choose(_ hash: UInt64, into chosen: inout MutableSpan<UInt32>) {
            if chosen.count <= BestSlots.limit, domains.areTrivial {
                var best = BestSlots()
                for slot in seeds.indices {
                    best.offer(UInt32(slot), score(hash, slot), into: &chosen)
                }
            } else {
                for replica in chosen.indices {
                    chosen[replica] = best(hash, after: replica, of: chosen)
                }
            }
            replaceSlots(in: &chosen, by: ids)
        }

        private func best(_ hash: UInt64) -> UInt32 {
            var best = 0
            var highest: UInt64 = 0
            for slot in seeds.indices {
                let score = score(hash, slot)
                if score > highest {
                    highest = score
                    best = slot
                }
            }
            return UInt32(best)
        }

        private func best(
            _ hash: UInt64,
            after count: Int,
            of chosen: borrowing MutableSpan<UInt32>
        ) -> UInt32 {
            var best: (slot: UInt32, score: UInt64)?
            for slot in seeds.indices {
                let score = score(hash, slot)
                if let best, score <= best.score { continue }
                if domains.allow(UInt32(slot), after: count, of: chosen) {
                    best = (UInt32(slot), score)
                }
            }
            return best?.slot ?? 0
        }

        /// Highest first; doubles above 0 are ordered as their bits are.
        private func score(_ hash: UInt64, _ slot: Int) -> UInt64 {
            let hash = StableHash.hash(hash, seed: seeds[slot])
            guard !weights.isEmpty else { return hash }
            let unit = (Double(hash >> 11) + 0.5) * 0x1p-53
            return .max - (-naturalLogarithm(unit) / weights[slot]).bitPattern
        }

        public mutating func apply(_ change: MembershipChange) throws(PlacementError) {
            self = Self(try members.applying(change))
        }

        public var byteCount: Int {
            ids.count * (MemoryLayout<UInt32>.size + MemoryLayout<StableHash.Seed>.size)
                + weights.count * MemoryLayout<Double>.size + domains.byteCount
        }
    }
}
