import Coordination
import Testing
import Topology

/// What a coordinator does with a map that it found.
@Suite struct TakeoverTests {
    private static let millisecond: UInt64 = 1_000_000

    private final class Takeover {
        var core: CoordinatorCore
        private(set) var map: ClusterMap
        private(set) var now: UInt64 = 1_000 * millisecond
        private var lastHeartbeat: [NodeID: UInt64] = [:]

        init(detector: String) throws {
            let nodes = (1...3).map { number in
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
                        primary: NodeID(1),
                        primaryBoot: BootID(1),
                        replicas: nodes.map {
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
                now += 10 * millisecond
                for number in nodes {
                    let node = NodeID(number)
                    guard now - (lastHeartbeat[node] ?? 0) >= 40 * millisecond else { continue }
                    lastHeartbeat[node] = now
                    step(.heartbeat(status(of: number, among: nodes)))
                }
                step(.tick)
            }
        }

        /// Lets so many milliseconds pass in which the coordinator does nothing at all.
        func standStill(_ milliseconds: UInt64) { now += milliseconds * TakeoverTests.millisecond }

        private func status(of number: UInt16, among nodes: [UInt16]) -> NodeStatus {
            NodeStatus(
                node: NodeID(number),
                boot: BootID(UInt64(number)),
                copy: CopyID(UInt64(number)),
                cluster: ClusterID(9),
                epoch: map.epoch,
                loopSilence: 0,
                vouched: [],
                impeded: [],
                reaches: nodes.filter { $0 != number }.map { NodeID($0) }
            )
        }

        private func step(_ event: CoordinatorEvent) {
            var effects: [CoordinatorEffect] = []
            core.step(event, at: Instant(nanoseconds: now), into: &effects)
            for case .store(let map) in effects {
                self.map = map
                step(.stored(map.epoch))
            }
        }
    }

    private static let detectors = ["fixed-timeout", "phi-accrual(8,10ms)", "adaptive(60ms)"]

    @Test(arguments: detectors)
    func `nodes that take a while to find a new coordinator are not judged dead`(
        detector: String
    ) throws {
        let takeover = try Takeover(detector: detector)
        takeover.run(300, hearing: [])
        takeover.run(600, hearing: [2, 3])
        takeover.run(2_000, hearing: [1, 2, 3])
        #expect(takeover.map.epoch == Epoch(7), "nothing failed, nothing to change")
    }

    @Test(arguments: detectors)
    func `a primary that is gone when a coordinator takes over is replaced once it had its time`(
        detector: String
    ) throws {
        let takeover = try Takeover(detector: detector)
        takeover.run(200, hearing: [2, 3])
        #expect(takeover.primary == NodeID(1))
        takeover.run(1_300, hearing: [2, 3])
        #expect(takeover.primary == NodeID(2))
    }

    @Test func `a silence counts from who was heard last, and not while nobody listened`()
        throws
    {
        let takeover = try Takeover(detector: "fixed-timeout")
        takeover.run(500, hearing: [1])
        takeover.run(1_500, hearing: [])
        #expect(takeover.core.silence < CoordinatorCore.silenceLimit)
        takeover.standStill(60_000)
        takeover.run(100, hearing: [])
        #expect(takeover.core.silence < CoordinatorCore.silenceLimit)
        takeover.run(600, hearing: [])
        #expect(takeover.core.silence >= CoordinatorCore.silenceLimit)
        takeover.run(100, hearing: [3])
        #expect(takeover.core.silence < 100 * Self.millisecond)
    }

    @Test(arguments: detectors)
    func `whoever was heard by the new coordinator fails as quickly as ever`(
        detector: String
    ) throws {
        let takeover = try Takeover(detector: detector)
        takeover.run(200, hearing: [1, 2, 3])
        takeover.run(500, hearing: [2, 3])
        #expect(takeover.primary == NodeID(2))
    }
}
