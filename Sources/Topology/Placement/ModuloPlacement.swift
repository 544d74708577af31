/// The baseline of the textbooks: node number h(k) mod p, its backups the nodes that follow.
///
/// One division, no table, an even load. When the number of nodes changes, all keys but about one in
/// p move, and a backup's whole load comes from one neighbour. Choose it to see what the others are
/// worth, or where the nodes never change.
public struct ModuloPlacement: PlacementScheme {
    public static let name = "modulo"
    public static let summary = "hash modulo the number of nodes; a change moves almost everything"
    public static let capabilities = PlacementCapabilities(weights: .none, movement: .unbounded)

    public init() {}

    /// A shard's number is its key, as the formula has it: consecutive shards, consecutive nodes.
    public static func shardHash(_ shard: Int) -> UInt64 { UInt64(shard) }

    public func build(for members: PlacementMembers) -> Table { Table(members) }

    public struct Table: PlacementTable {
        public let members: PlacementMembers
        private let ids: [UInt32]
        private let domains: FaultDomains

        init(_ members: PlacementMembers) {
            self.members = members
            ids = members.nodes.map(\.id)
            domains = FaultDomains(members)
        }

        public func first(_ hash: UInt64) -> UInt32 { ids[Int(hash % UInt64(ids.count))] }

        public func choose(_ hash: UInt64, into chosen: inout MutableSpan<UInt32>) {
            let count = ids.count
            let first = Int(hash % UInt64(count))
            for replica in chosen.indices {
                var slot = first
                while !domains.allow(UInt32(slot), after: replica, of: chosen) {
                    slot += 1
                    if slot == count { slot = 0 }
                }
                chosen[replica] = UInt32(slot)
            }
            replaceSlots(in: &chosen, by: ids)
        }

        public mutating func apply(_ change: MembershipChange) throws(PlacementError) {
            self = try ModuloPlacement().table(for: members.applying(change))
        }

        public var byteCount: Int { ids.count * MemoryLayout<UInt32>.size + domains.byteCount }
    }
}
