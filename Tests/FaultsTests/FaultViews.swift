import Determinism
import Faults
import Topology

/// A cluster of five nodes in which node 3 has the most loaded shard.
func fiveNodes(running: [UInt16] = [1, 2, 3, 4, 5], clientGroups: Int = 2) -> ClusterView {
    ClusterView(
        nodes: (1...5).map { NodeID($0) },
        running: running.map { NodeID($0) },
        hasCoordinator: true,
        clientGroups: clientGroups,
        shards: [
            .init(firstSlot: 0, primary: NodeID(1), backups: [NodeID(2), NodeID(3)], load: 1),
            .init(firstSlot: 64, primary: NodeID(3), backups: [NodeID(5), NodeID(4)], load: 7),
            .init(firstSlot: 128, primary: NodeID(2), backups: [NodeID(3), NodeID(4)], load: 7),
        ],
        spares: [NodeID(6), NodeID(7)]
    )
}

extension Endpoint {
    static func node(_ number: UInt16) -> Endpoint { .node(NodeID(number)) }
}

extension [DirectedLink] {
    func drops(_ from: Endpoint, _ to: Endpoint) -> Bool {
        contains(DirectedLink(from: from, to: to))
    }
}
