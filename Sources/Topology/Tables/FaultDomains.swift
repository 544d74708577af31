/// Keeps the replicas of a key on different nodes, and in different zones as long as there are any.
///
/// Replica number `r` may go to a zone that has fewer than `c` of them, where `c` is the least with
/// which more than `r` replicas find a place. So no zone gets a second one before every zone has
/// one, and there is always a node that is allowed.
struct FaultDomains: Sendable {
    /// By slot; empty where zones make no difference.
    private let zones: [UInt32]
    /// How many replicas find a place with at most 1, 2, … in a zone.
    private let places: [Int]

    /// - Parameter zones: of each slot; nil where no node is in it.
    init(_ zones: [UInt32?]) {
        let used = zones.compactMap { $0 }.sorted()
        var sizes: [Int] = []
        for (index, zone) in used.enumerated() {
            if index > 0, used[index - 1] == zone {
                sizes[sizes.count - 1] += 1
            } else {
                sizes.append(1)
            }
        }
        guard sizes.count > 1, sizes.count < used.count else {
            self.zones = []
            places = []
            return
        }
        self.zones = zones.map { $0 ?? 0 }
        var places: [Int] = []
        while places.last ?? 0 < used.count {
            places.append(sizes.reduce(0) { $0 + min($1, places.count + 1) })
        }
        self.places = places
    }

    init(_ members: PlacementMembers) { self.init(members.nodes.map(\.zone)) }

    /// Whether any order of different nodes is allowed.
    var areTrivial: Bool { zones.isEmpty }

    /// How often one zone may have been chosen before the next replica.
    func limit(after count: Int) -> Int {
        var limit = 0
        while limit < places.count, places[limit] <= count { limit += 1 }
        return limit + 1
    }

    /// Whether `slot` may follow the first `count` of `chosen`.
    func allow(
        _ slot: UInt32,
        after count: Int,
        of chosen: borrowing MutableSpan<UInt32>
    ) -> Bool {
        for index in 0..<count where chosen[index] == slot { return false }
        guard !zones.isEmpty else { return true }
        let zone = zones[Int(slot)]
        var neighbours = 0
        for index in 0..<count where zones[Int(chosen[index])] == zone { neighbours += 1 }
        return neighbours < limit(after: count)
    }

    var byteCount: Int { zones.count * MemoryLayout<UInt32>.size }
}

/// Turns the slots that were chosen into the ids of the nodes there.
func replaceSlots(in chosen: inout MutableSpan<UInt32>, by ids: borrowing [UInt32]) {
    for index in chosen.indices { chosen[index] = ids[Int(chosen[index])] }
}
