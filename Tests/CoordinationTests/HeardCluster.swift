import Coordination
import Testing
import Topology

/// A coordinator of one shard where the placement has it, which began with the seventh map.
final class HeardCluster {
    static let millisecond: UInt64 = 1_000_000
    var core: CoordinatorCore
    private(set) var map: ClusterMap
    /// The one that the shard is not placed on.
    let spare: NodeID?
    private(set) var now: UInt64 = 1_000 * HeardCluster.millisecond
    private var lastHeartbeat: [NodeID: UInt64] = [:]
    /// The maps that nodes know; the newest where nothing is said.
    var known: [UInt16: Epoch] = [:]

    init(detector: String, nodes count: Int = 3) throws {
        let nodes = (1...count).map { number in
            NodeDescription(
                id: NodeID(UInt16(number)),
                host: "10.0.0.\(number)",
                port: 6379,
                peerPort: 16379,
                boot: BootID(UInt64(number)),
                copy: CopyID(UInt64(number))
            )
        }
        let election = ElectionRule(
            electsFromInSync: false,
            recoverySetSize: 2,
            minimumInSync: 2
        )
        let scheme = try #require(placementSchemes.first { $0.name == "ring" })
        let placed = try scheme.init().place(
            shards: 1,
            on: nodes.map { PlacementNode($0.id) },
            replicas: 3
        )[0]
        // The first node of three reigns; of more, whom the placement has first.
        let members =
            count == 3 ? nodes : placed.compactMap { node in nodes.first { $0.id == node } }
        spare = nodes.first { !placed.contains($0.id) }?.id
        let configuration = CoordinatorConfiguration(
            cluster: ClusterID(9),
            nodes: nodes,
            shardCount: 1,
            replicaCount: 3,
            placement: scheme.init(),
            replication: "quorum",
            election: election,
            detector: try #require(failureDetectors.detector(detector))
        )
        map = ClusterMap(
            cluster: ClusterID(9),
            epoch: Epoch(7),
            placement: "ring",
            replication: "quorum",
            replicaCount: 3,
            election: election,
            nodes: nodes,
            shards: [
                ShardAssignment(
                    term: Term(3),
                    primary: members[0].id,
                    primaryBoot: members[0].boot,
                    replicas: members.map {
                        ReplicaAssignment(node: $0.id, copy: $0.copy, isInSync: true)
                    },
                    version: 4,
                    acceptedLosses: 0
                )
            ]
        )
        core = CoordinatorCore(configuration: configuration, map: map)
    }

    var primary: NodeID? { map.shards[0].primary }

    /// Lets so many milliseconds pass, in which these nodes are heard.
    func run(_ milliseconds: UInt64, hearing nodes: [UInt16]) {
        for _ in 0..<milliseconds / 10 {
            now += 10 * Self.millisecond
            for number in nodes {
                let node = NodeID(number)
                guard now - (lastHeartbeat[node] ?? 0) >= 40 * Self.millisecond else { continue }
                lastHeartbeat[node] = now
                step(.heartbeat(status(of: number, among: nodes)))
            }
            step(.tick)
        }
    }

    /// Lets so many milliseconds pass in which the coordinator does nothing at all.
    func standStill(_ milliseconds: UInt64) { now += milliseconds * Self.millisecond }

    /// What the coordinator answers an operator.
    func administer(_ command: AdminCommand) -> AdminAnswer? {
        step(.admin(1, command))
    }

    private func status(of number: UInt16, among nodes: [UInt16]) -> NodeStatus {
        NodeStatus(
            node: NodeID(number),
            boot: BootID(UInt64(number)),
            copy: CopyID(UInt64(number)),
            cluster: ClusterID(9),
            epoch: known[number] ?? map.epoch,
            loopSilence: 0,
            vouched: [],
            impeded: [],
            reaches: nodes.filter { $0 != number }.map { NodeID($0) }
        )
    }

    @discardableResult
    private func step(_ event: CoordinatorEvent) -> AdminAnswer? {
        var effects: [CoordinatorEffect] = []
        core.step(event, at: Instant(nanoseconds: now), into: &effects)
        var answer: AdminAnswer?
        for case .answer(_, let given) in effects { answer = given }
        for case .store(let map) in effects {
            self.map = map
            answer = step(.stored(map.epoch)) ?? answer
        }
        return answer
    }
}
