import Coordination
import Replication
import Topology

/// The coordinator's process and the file that its map is in.
struct SimulatedCoordinator {
    var core: CoordinatorCore
    let configuration: CoordinatorConfiguration
    var clock: SimulatedClock
    var isUp = true
    var life: UInt16 = 1
    var pauses = 0
    var backlog: [Happening] = []
    /// The map that survives a power loss.
    var stored: ClusterMap?
    var storing: ClusterMap?
    /// The newest connection of each node that was heard: what an older one brings is out of date.
    var connections: [UInt32]

    /// What the mode demands of elections, whatever the coordinator decides by.
    let honestElection: ElectionRule

    init(_ circumstances: Circumstances, clock: SimulatedClock, flaw: (any StoreFlaw)?) {
        self.clock = clock
        let mode = replicationModes.mode(circumstances.mode) ?? QuorumReplication()
        let detector = failureDetectors.detector(circumstances.detector) ?? FixedTimeoutDetector()
        let placement =
            placementSchemes.first { $0.name == circumstances.placement } ?? RingPlacement.self
        var election = mode.electionRule(replicaCount: circumstances.replicas)
        election.minimumInSync = circumstances.minimumInSync ?? election.minimumInSync
        honestElection = election
        var configuration = CoordinatorConfiguration(
            cluster: ClusterID(7),
            nodes: (1...circumstances.nodes).map {
                NodeDescription(
                    id: NodeID(UInt16($0)),
                    host: "10.0.0.\($0)",
                    port: 6379,
                    peerPort: 16_379,
                    boot: .none,
                    copy: .none
                )
            },
            shardCount: circumstances.shards,
            replicaCount: circumstances.replicas,
            placement: placement.init(),
            replication: mode.configuredName.description,
            election: flaw?.decided(honestElection) ?? honestElection,
            detector: detector
        )
        configuration.degradedElection = mode.fallback?.mode.electionRule(
            replicaCount: circumstances.replicas
        )
        configuration.placementNodes = Self.placementNodes(circumstances)
        configuration.moveRate = circumstances.moveRate
        self.configuration = configuration
        core = CoordinatorCore(configuration: configuration, map: nil)
        connections = Array(repeating: 0, count: circumstances.nodes + 1)
    }

    /// Empty where all nodes are alike and take part from the beginning.
    private static func placementNodes(_ circumstances: Circumstances) -> [PlacementNode] {
        let (weights, zones) = (circumstances.weights, circumstances.zones)
        guard !weights.isEmpty || !zones.isEmpty || circumstances.spares > 0 else { return [] }
        return (0..<circumstances.nodes - circumstances.spares).map { place in
            PlacementNode(
                NodeID(UInt16(place + 1)),
                weight: weights.isEmpty ? 1 : weights[place],
                zone: zones.isEmpty ? PlacementNode.sharedZone : UInt32(zones[place])
            )
        }
    }
}

/// What a node sends to the coordinator.
enum CoordinatorMatter {
    case heartbeat(NodeStatus)
    case proposal(ShardProposal)
}

struct CoordinatorLetter {
    var from: Int
    var connection: UInt32
    var matter: CoordinatorMatter
}
