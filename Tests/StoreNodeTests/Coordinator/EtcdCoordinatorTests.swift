import Coordination
import NIOCore
import NIOPosix
import RESP
import Replication
import Testing
import Topology

import StoreNode

/// Several coordinators with their map in a real etcd, and three nodes.
@Suite(.enabled(if: etcdExecutable != nil, "etcd-server is not installed"), .serialized)
struct EtcdCoordinatorTests {
    private final class Scene {
        let etcd: RunningEtcd
        let ports: [Int]
        private(set) var coordinators: [CoordinatorServer?] = []
        private(set) var nodes: [NodeServer?] = []
        let addresses: [Endpoint]

        /// - Parameter members: which of etcd's members each coordinator knows.
        init(
            _ etcd: RunningEtcd,
            coordinators members: [[Int]],
            _ group: MultiThreadedEventLoopGroup
        ) throws {
            self.etcd = etcd
            let free = try freePorts(6 + members.count)
            ports = [free[0], free[2], free[4]]
            addresses = free[6...].map { Endpoint(host: "127.0.0.1", port: $0) }
            let described = (0..<3).compactMap {
                CoordinatorSettings.Member(
                    "\($0 + 1)=127.0.0.1:\(free[2 * $0]):\(free[2 * $0 + 1])"
                )
            }
            for (address, known) in zip(addresses, members) {
                var settings = CoordinatorSettings(
                    port: address.port,
                    dataDirectory: "",
                    members: described,
                    shardCount: 16,
                    replicaCount: 3,
                    replication: "quorum"
                )
                settings.mapStore = .etcd(
                    known.map { etcd.members[$0] },
                    prefix: MapStoreSettings.defaultPrefix
                )
                let server = try CoordinatorServer(
                    settings,
                    modes: replicationModes,
                    group: group,
                    onStop: { reason in Issue.record("a coordinator stops: \(reason)") }
                )
                _ = try server.start()
                coordinators.append(server)
            }
            for number in 0..<3 {
                var configuration = NodeConfiguration(
                    id: NodeID(UInt16(number + 1)),
                    port: free[2 * number],
                    peerPort: free[2 * number + 1]
                )
                configuration.coordinators = addresses
                let server = try NodeServer(configuration: configuration, modes: replicationModes)
                _ = try server.start()
                nodes.append(server)
            }
        }

        /// Who leads, as an operator is told: the number of the coordinator that answers.
        var leader: Int? {
            addresses.indices.first { status(from: $0) != nil }
        }

        var map: ClusterMap? {
            // One after the other: a lazy sequence would ask each that answers twice.
            for coordinator in addresses.indices {
                if let map = status(from: coordinator)?.map { return map }
            }
            return nil
        }

        private func status(from coordinator: Int) -> ClusterStatus? {
            let answer = try? ClusterAdministration.ask(
                .status,
                of: [addresses[coordinator]],
                within: .milliseconds(50)
            )
            guard case .status(let status)? = answer else { return nil }
            return status
        }

        func kill(coordinator number: Int) {
            coordinators[number]?.abandon()
            coordinators[number] = nil
        }

        func stop(coordinator number: Int) {
            coordinators[number]?.stop()
            coordinators[number] = nil
        }

        func stop(node number: Int) {
            try? nodes[number]?.stop()
            nodes[number] = nil
        }

        func end() {
            for number in nodes.indices { stop(node: number) }
            for number in coordinators.indices { stop(coordinator: number) }
        }

        func awaitService(_ ports: [Int]) throws {
            for port in ports {
                let client = try BlockingClient(port: port)
                try eventually("the node at \(port) serves with all replicas") {
                    let text = try client.call("CLUSTER", "INFO").text ?? ""
                    return text.contains("cluster_state:ok")
                        && text.contains("cluster_replication_online:1")
                }
            }
        }
    }

    private func withScene(
        members: Int,
        coordinators: [[Int]],
        _ body: (Scene) throws -> Void
    ) throws {
        try withEtcd(members: members) { etcd in
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 4)
            defer { try? group.syncShutdownGracefully() }
            let scene = try Scene(etcd, coordinators: coordinators, group)
            defer { scene.end() }
            try scene.awaitService(scene.ports)
            try body(scene)
        }
    }

    /// No operation failed and no shard has another primary than before; then a node crashes, and its
    /// shards have others soon.
    private func expectCalm(
        _ scene: Scene,
        _ traffic: SteadyTraffic,
        since before: ClusterMap?
    ) throws {
        let count = traffic.value.count
        #expect(comesTrue { traffic.value.count > count + 200 })
        let tally = traffic.stop()
        #expect(tally.failures.isEmpty, "\(tally.failures.prefix(3))")
        let after = scene.map
        #expect(after?.shards.map(\.term) == before?.shards.map(\.term), "a false failover")
        #expect(after?.shards.map(\.inSync) == before?.shards.map(\.inSync))
        let victim = try #require(after?.shards[0].primary)
        scene.stop(node: Int(victim.value) - 1)
        #expect(
            comesTrue {
                scene.map?.shards.allSatisfy { $0.primary != nil && $0.primary != victim } == true
            }
        )
        let survivors = scene.ports.indices.filter { $0 != Int(victim.value) - 1 }
        for index in survivors {
            let client = try BlockingClient(port: scene.ports[index])
            try eventually("a survivor serves again") {
                try client.call("CLUSTER", "INFO").text?.contains("cluster_state:ok") == true
            }
        }
    }

    @Test func `killing the leader disturbs nobody, and the next one fails nodes over`() throws {
        try withScene(members: 1, coordinators: [[0], [0], [0]]) { scene in
            let before = try #require(scene.map)
            let leader = try #require(scene.leader)
            let traffic = SteadyTraffic(ports: scene.ports)
            let start = ContinuousClock.now
            scene.kill(coordinator: leader)
            #expect(comesTrue { scene.leader.map { $0 != leader } ?? false })
            print("a leader's death to the next one's first answer: \(ContinuousClock.now - start)")
            try expectCalm(scene, traffic, since: before)
        }
    }

    @Test func `a coordinator that ends hands over at once`() throws {
        try withScene(members: 1, coordinators: [[0], [0]]) { scene in
            let before = try #require(scene.map)
            let leader = try #require(scene.leader)
            let traffic = SteadyTraffic(ports: scene.ports)
            scene.stop(coordinator: leader)
            #expect(comesTrue { scene.leader == 1 - leader })
            try expectCalm(scene, traffic, since: before)
        }
    }

    @Test(arguments: 0..<3)
    func `killing a member of etcd disturbs nobody`(member: Int) throws {
        try withScene(members: 3, coordinators: [[0, 1, 2], [1, 2, 0]]) { scene in
            let before = try #require(scene.map)
            let traffic = SteadyTraffic(ports: scene.ports)
            scene.etcd.end(member)
            #expect(comesTrue { scene.map != nil })
            try expectCalm(scene, traffic, since: before)
        }
    }

    @Test func `a leader that etcd does not answer is followed by another`() throws {
        // Each knows one member, so that it is cut off where that one stands still.
        try withScene(members: 3, coordinators: [[0], [1], [2]]) { scene in
            let before = try #require(scene.map)
            let leader = try #require(scene.leader)
            let traffic = SteadyTraffic(ports: scene.ports)
            scene.etcd.pause(leader)
            #expect(comesTrue { scene.leader.map { $0 != leader } ?? false })
            let next = scene.leader
            scene.etcd.resume(leader)
            try expectCalm(scene, traffic, since: before)
            #expect(scene.leader == next)
        }
    }
}
