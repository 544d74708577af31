internal import Topology

/// One initial primary and the key that stands for it.
struct ProbeTarget: Equatable, Sendable {
    var initialPrimary: Int
    var slot: Int
    var key: String

    /// One target for each node that serves a slot, in order of the nodes.
    static func targets(of nodes: [ClusterNode], in ranges: [SlotRange]) -> [ProbeTarget] {
        var owners = [Int?](repeating: nil, count: ClusterView.slotCount)
        for range in ranges {
            guard let node = nodes.first(where: { $0.endpoint == range.primary }) else { continue }
            for slot in range.slots { owners[slot] = node.number }
        }
        var targets: [ProbeTarget] = []
        // A node with one slot of 16,384 is found within this many tries as good as surely.
        for attempt in 0..<250_000 where targets.count < nodes.count {
            let key = "probe:{\(attempt)}"
            let slot = KeySlot.slot(of: key)
            guard let owner = owners[slot],
                !targets.contains(where: { $0.initialPrimary == owner })
            else { continue }
            targets.append(ProbeTarget(initialPrimary: owner, slot: slot, key: key))
            if targets.count == Set(owners.compactMap(\.self)).count { break }
        }
        return targets.sorted { $0.initialPrimary < $1.initialPrimary }
    }
}
