/// Jump consistent hash (Lamping and Veach, "A fast, minimal memory, consistent hash algorithm",
/// 2014): follows the few moments at which the key would have changed its bucket while buckets
/// were added one by one.
///
/// ln n steps, no table beside the names, an even load. Buckets are numbered from 0 without gaps, so
/// movement is minimal only while nodes join behind the last or the last one leaves; any other
/// departure renumbers those behind it. Choose it for shards of a store that only grows.
public struct JumpPlacement: PlacementScheme {
    public static let name = "jump"
    public static let summary =
        "jump consistent hash (Lamping and Veach); the last node joins or leaves"
    public static let capabilities = PlacementCapabilities(
        weights: .none,
        movement: .minimalAtTheEnd
    )

    public init() {}

    public func build(for members: PlacementMembers) -> Table { Table(members) }

    /// The bucket of a key, as the paper's figure has it; `count` is at least 1.
    public static func bucket(of key: UInt64, count: Int) -> Int {
        var key = key
        var bucket = 0
        var next = 0
        repeat {
            bucket = next
            key = key &* 2_862_933_555_777_941_757 &+ 1
            next = Int(Double(bucket + 1) * (0x1p31 / Double((key >> 33) + 1)))
        } while next < count
        return bucket
    }

    public struct Table: PlacementTable {
        public let members: PlacementMembers
        private let ids: [UInt32]
        private let domains: FaultDomains

        init(_ members: PlacementMembers) {
            self.members = members
            ids = members.nodes.map(\.id)
            domains = FaultDomains(members)
        }

        public func first(_ hash: UInt64) -> UInt32 {
            ids[JumpPlacement.bucket(of: hash, count: ids.count)]
        }

        public func choose(_ hash: UInt64, into chosen: inout MutableSpan<UInt32>) {
            chooseByRehashing(hash, into: &chosen, in: domains) { hash in
                UInt32(truncatingIfNeeded: JumpPlacement.bucket(of: hash, count: ids.count))
            }
            replaceSlots(in: &chosen, by: ids)
        }

        public mutating func apply(_ change: MembershipChange) throws(PlacementError) {
            self = try JumpPlacement().table(for: members.applying(change))
        }

        public var byteCount: Int { ids.count * MemoryLayout<UInt32>.size + domains.byteCount }
    }
}
