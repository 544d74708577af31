import Coordination
import NIOCore
import NIOPosix
import Replication
import StoreNode
import Testing
import Topology

@Suite struct CoordinatorTests {
    private static func settings(_ directory: String, nodes: Int = 2) -> CoordinatorSettings {
        CoordinatorSettings(
            bindAddress: "127.0.0.3",
            port: 0,
            dataDirectory: directory,
            members: (1...nodes).map {
                CoordinatorSettings.Member(
                    node: NodeID(UInt16($0)),
                    host: "127.0.0.1",
                    port: UInt16(7_000 + $0),
                    peerPort: UInt16(17_000 + $0)
                )
            },
            shardCount: 16,
            replicaCount: 2,
            replication: "quorum"
        )
    }

    private func withCoordinator<Result>(
        _ settings: CoordinatorSettings,
        onStop: @escaping @Sendable (StartFailure) -> Void = { _ in },
        _ body: (Endpoint) throws -> Result
    ) throws -> Result {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        let server = try CoordinatorServer(
            settings,
            modes: replicationModes,
            group: group,
            onStop: onStop
        )
        let address = try server.start()
        defer { server.stop() }
        return try body(address)
    }

    /// A node that only registers and keeps the newest map.
    private struct Registered {
        let link: CoordinatorLink
        let map = Shared<ClusterMap?>(nil)
        let notes = Shared<[String]>([])
        let refusal = Shared<StartFailure?>(nil)
        let unavailable = Shared<[UnavailableShards]>([])

        init(
            _ node: UInt16,
            with address: Endpoint,
            epoch: UInt64 = 0,
            boot: UInt64? = nil,
            cluster: ClusterID = .none
        ) throws {
            let (map, notes, refusal, unavailable) = (map, notes, refusal, unavailable)
            link = try CoordinatorLink(
                to: [address],
                status: NodeStatus(
                    node: NodeID(node),
                    boot: BootID(boot ?? UInt64(node)),
                    copy: CopyID(UInt64(node)),
                    cluster: cluster,
                    epoch: Epoch(epoch)
                ),
                onMap: { newest in map.change { $0 = newest } },
                onUnavailable: { groups in unavailable.change { $0 = groups } },
                note: { text in notes.change { $0.append(text) } },
                onTurnedAway: { failure in refusal.change { $0 = failure } }
            )
        }
    }

    @Test func `the first map is announced once every node has registered`() throws {
        try withTemporaryDirectory { directory in
            try withCoordinator(Self.settings(directory)) { address in
                let first = try Registered(1, with: address)
                defer { first.link.stop() }
                #expect(comesTrue { !first.notes.value.isEmpty })
                #expect(first.map.value == nil)
                let second = try Registered(2, with: address)
                defer { second.link.stop() }
                #expect(comesTrue { first.map.value != nil && second.map.value != nil })
                #expect(first.map.value == second.map.value)
                #expect(first.map.value?.shards.count == 16)
            }
        }
    }

    @Test func `a coordinator that comes back goes on with the map it stored`() throws {
        try withTemporaryDirectory { directory in
            var settings = Self.settings(directory)
            var before: ClusterMap?
            try withCoordinator(settings) { address in
                settings.port = address.port
                let nodes = try [Registered(1, with: address), Registered(2, with: address)]
                defer { for node in nodes { node.link.stop() } }
                #expect(comesTrue { nodes[0].map.value != nil })
                before = nodes[0].map.value
            }
            let stored = try FileMapStore(DataDirectory(directory)).found
            #expect(stored == before)
            try withCoordinator(settings) { address in
                let node = try Registered(1, with: address)
                defer { node.link.stop() }
                #expect(comesTrue { node.map.value?.cluster == before?.cluster })
            }
        }
    }

    @Test func `a link outlives its coordinator`() throws {
        try withTemporaryDirectory { directory in
            var settings = Self.settings(directory, nodes: 2)
            settings.members.removeLast()
            settings.replicaCount = 1
            settings.replication = "none"
            let node = try withCoordinator(settings) { address in
                settings.port = address.port
                let node = try Registered(1, with: address)
                #expect(comesTrue { node.map.value != nil })
                return node
            }
            defer { node.link.stop() }
            node.map.change { $0 = nil }
            try withCoordinator(settings) { _ in
                #expect(comesTrue { node.map.value != nil })
            }
        }
    }

    @Test func `a node that the cluster does not have, or has already, is turned away`() throws {
        try withTemporaryDirectory { directory in
            try withCoordinator(Self.settings(directory)) { address in
                let nodes = try [Registered(1, with: address), Registered(2, with: address)]
                defer { for node in nodes { node.link.stop() } }
                #expect(comesTrue { nodes[0].map.value != nil })
                let stranger = try Registered(3, with: address)
                let double = try Registered(1, with: address, boot: 77)
                defer { for node in [stranger, double] { node.link.stop() } }
                #expect(comesTrue { stranger.refusal.value?.exitCode == 64 })
                #expect(comesTrue { double.refusal.value?.exitCode == 4 })
                #expect(double.refusal.value?.message.contains("another process") == true)
                // One that took part before has nothing left to do.
                let cluster = try #require(nodes[0].map.value?.cluster)
                let removed = try Registered(4, with: address, cluster: cluster)
                defer { removed.link.stop() }
                #expect(comesTrue { removed.refusal.value?.exitCode == 0 })
                #expect(
                    removed.refusal.value?.message.contains("was removed from its cluster") == true
                )
                #expect(nodes[0].map.value?.node(NodeID(1))?.boot == BootID(1))
                // The place is free as soon as its process is gone.
                nodes[0].link.stop()
                #expect(comesTrue { double.map.value != nil })
            }
        }
    }

    @Test func `nodes hear why shards stay unavailable`() throws {
        try withTemporaryDirectory { directory in
            var settings = Self.settings(directory, nodes: 3)
            settings.replicaCount = 3
            try withCoordinator(settings) { address in
                let nodes = try (1...3).map { try Registered($0, with: address) }
                defer { for node in nodes { node.link.stop() } }
                #expect(comesTrue { nodes[0].map.value != nil })
                #expect(nodes[0].unavailable.value.isEmpty)
                for node in nodes.dropFirst() { node.link.stop() }
                #expect(
                    comesTrue {
                        nodes[0].unavailable.value.contains {
                            $0.reason == "no complete replica is left without n2, n3"
                        }
                    }
                )
                // One that comes later is told as well.
                let late = try Registered(2, with: address, boot: 12)
                defer { late.link.stop() }
                #expect(comesTrue { !late.unavailable.value.isEmpty })
            }
        }
    }

    @Test func `whoever hears of a newer map than its own stops`() throws {
        try withTemporaryDirectory { directory in
            let reason = Shared<String?>(nil)
            try withCoordinator(
                Self.settings(directory),
                onStop: { failure in reason.change { $0 = failure.message } },
                { address in
                    let node = try Registered(1, with: address, epoch: 40)
                    defer { node.link.stop() }
                    #expect(comesTrue { reason.value != nil })
                    #expect(reason.value?.contains("the store was set back") == true)
                }
            )
        }
    }

    @Test func `whoever hears of a node of another cluster stops`() throws {
        try withTemporaryDirectory { directory in
            let reason = Shared<String?>(nil)
            try withCoordinator(
                Self.settings(directory),
                onStop: { failure in reason.change { $0 = failure.message } },
                { address in
                    let node = try Registered(1, with: address, cluster: ClusterID(99))
                    defer { node.link.stop() }
                    #expect(comesTrue { reason.value != nil })
                    #expect(reason.value?.contains("node n1 belongs to cluster") == true)
                    #expect(node.map.value == nil)
                }
            )
        }
    }

    @Test func `a damaged map and another shape are refused with the reason`() throws {
        try withTemporaryDirectory { directory in
            var settings = Self.settings(directory)
            try withCoordinator(settings) { address in
                let nodes = try [Registered(1, with: address), Registered(2, with: address)]
                defer { for node in nodes { node.link.stop() } }
                #expect(comesTrue { nodes[0].map.value != nil })
            }
            settings.shardCount = 32
            let shape = StartFailure.usage(
                "the cluster in \(directory) was created with 16 shards: start it with the same, or "
                    + "give a new cluster a folder of its own"
            )
            #expect(throws: shape) { try withCoordinator(settings) { _ in } }
            settings.shardCount = 16
            let path = directory + "/cluster-map"
            #expect(output(of: "printf X | dd of=\(path) bs=1 seek=40 conv=notrunc") != nil)
            let before = output(of: "cksum \(path)")
            let size = try #require(output(of: "stat -c %s \(path)")?.split(separator: "\n").first)
            let failure = #expect(throws: StartFailure.self) {
                try withCoordinator(settings) { _ in }
            }
            #expect(failure?.exitCode == 4)
            let message = try #require(failure?.message)
            #expect(
                message.contains("cannot use \(path): the checksum at offset 12 does not match")
            )
            #expect(message.contains("(\(size) bytes)"))
            #expect(message.contains("Put a copy of the file back and start again"))
            #expect(output(of: "cksum \(path)") == before, "it is left as it was found")
        }
    }

    @Test func `settings that cannot be obeyed are named`() throws {
        try withTemporaryDirectory { directory in
            var settings = Self.settings(directory)
            settings.replicaCount = 6
            let many = StartFailure.usage("6 replicas cannot be placed on 2 nodes")
            #expect(throws: many) { try withCoordinator(settings) { _ in } }
            settings.replicaCount = 2
            settings.members[0].weight = 3
            settings.placement = "jump"
            let weighted = StartFailure.usage(
                "placement jump treats all nodes alike: it takes no weights"
            )
            #expect(throws: weighted) { try withCoordinator(settings) { _ in } }
            settings.placement = "rong"
            do {
                try withCoordinator(settings) { _ in }
                Issue.record("an unknown placement was taken")
            } catch let failure as StartFailure {
                #expect(failure.exitCode == 64)
                #expect(failure.message.hasPrefix("unknown placement 'rong': one of "))
            }
        }
    }

    @Test func `members are read as they are written on the command line`() {
        #expect(CoordinatorSettings.Member("3=somewhere:6379:16379") == nil)
        let member = CoordinatorSettings.Member("3=10.0.0.3:6379:16379")
        #expect(
            member
                == CoordinatorSettings.Member(
                    node: NodeID(3),
                    host: "10.0.0.3",
                    port: 6379,
                    peerPort: 16379
                )
        )
        for text in [
            "", "3", "3=", "0=h:1:2", "x=h:1:2", "3=h:1", "3=h:1:0", "3=h:1:99999", "3=:1:2",
        ] {
            #expect(CoordinatorSettings.Member(text) == nil, "\(text)")
        }
    }
}
