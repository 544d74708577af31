import Coordination
import StoreNode
import Testing
import Topology

@Suite struct CoordinatorMessageTests {
    private static let replicas = [
        ReplicaAssignment(node: NodeID(1), copy: CopyID(5), isInSync: true),
        ReplicaAssignment(node: NodeID(2), copy: .none, isInSync: false),
    ]

    private static let map = ClusterMap(
        cluster: ClusterID(9),
        epoch: Epoch(12),
        placement: "ring",
        replication: "quorum",
        replicaCount: 2,
        election: ElectionRule(electsFromInSync: true, recoverySetSize: 1, minimumInSync: 2),
        nodes: [
            NodeDescription(
                id: NodeID(1),
                host: "10.0.0.1",
                port: 6379,
                peerPort: 16379,
                boot: BootID(4),
                copy: CopyID(5)
            )
        ],
        shards: [
            ShardAssignment(
                term: Term(3),
                primary: NodeID(1),
                primaryBoot: BootID(4),
                replicas: replicas,
                version: 8,
                acceptedLosses: 1
            )
        ]
    )

    private static let messages: [CoordinatorMessage] =
        [
            .greeting(version: 1, NodeID(3)),
            .heartbeat(
                17,
                NodeStatus(
                    node: NodeID(3),
                    boot: BootID(1),
                    copy: CopyID(2),
                    cluster: ClusterID(9),
                    epoch: Epoch(12),
                    loopSilence: 5,
                    vouched: [ShardID(1), ShardID(255)],
                    impeded: [
                        ImpededShard(shard: ShardID(2), term: Term(3), leaseless: 4, stuck: 5)
                    ],
                    reaches: [NodeID(1), NodeID(2)]
                )
            ),
            .heartbeatAnswer(17),
            .refusal("another process is n3 already", isFinal: false),
            .proposal(
                ShardProposal(
                    shard: ShardID(4),
                    term: Term(3),
                    version: 8,
                    change: .replicas(replicas)
                )
            ),
            .proposal(
                ShardProposal(
                    shard: ShardID(4),
                    term: Term(3),
                    version: 8,
                    change: .handOver(to: NodeID(2))
                )
            ),
            .proposal(
                ShardProposal(
                    shard: ShardID(4),
                    term: Term(3),
                    version: 8,
                    change: .degrade(true, replicas)
                )
            ),
            .map(map),
            .proposal(
                ShardProposal(
                    shard: ShardID(4),
                    term: Term(3),
                    version: 8,
                    change: .succession(to: NodeID(2), replicas)
                )
            ),
            .unavailable([
                UnavailableShards(reason: "nobody is left", shards: [ShardID(1), ShardID(9)]),
                UnavailableShards(reason: "too few answer", shards: [ShardID(4)]),
            ]),
        ] + commands.map { .admin(version: 2, $0) } + answers.map { .adminAnswer($0) }

    private static let newcomer = JoiningNode(
        NodeID(6),
        at: .init(host: "10.0.0.6", port: 6379, peerPort: 16379),
        weight: 1.5,
        zone: 3
    )

    private static let commands: [AdminCommand] = [
        .status, .add(newcomer), .remove(NodeID(2)), .drain(NodeID(3)),
        .replace(NodeID(1), with: JoiningNode(NodeID(4), at: nil)),
        .rebalance([NodeWeight(NodeID(1), 0.5)]), .cancel, .acceptLoss([ShardID(7)]),
        .throttle(bytesPerSecond: 1 << 24),
    ]

    private static let answers: [AdminAnswer] = [
        .accepted("n6 joins"), .refused("the cluster has no node n9"),
        .status(ClusterStatus(map: nil, heard: [])),
        .status(
            ClusterStatus(
                map: map,
                heard: [NodeID(1)],
                unfinished: 3,
                copies: [
                    CopyProgress(
                        shard: ShardID(3),
                        node: NodeID(6),
                        sentBytes: 5,
                        totalBytes: 9
                    )
                ],
                complaints: [.init(shard: ShardID(5), reason: "nobody is left")]
            )
        ),
    ]

    @Test func `messages that arrive byte by byte come out whole and in order`() throws {
        var reader = CoordinatorMessageReader()
        var received: [CoordinatorMessage] = []
        for byte in Self.messages.flatMap({ $0.encoded() }) {
            reader.append([byte])
            while let message = try reader.next() { received.append(message) }
        }
        #expect(received == Self.messages)
    }

    @Test(arguments: messages)
    func `a body that is cut or longer than its message is malformed`(
        message: CoordinatorMessage
    ) {
        let frame = message.encoded()
        let body = frame.dropFirst(5)
        for changed in (0..<body.count).map({ Array(body.prefix($0)) }) + [Array(body) + [0]] {
            var reader = CoordinatorMessageReader()
            let length = UInt32(changed.count)
            reader.append((0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) })
            reader.append([frame[4]] + changed)
            #expect(throws: CoordinatorMessageReader.Malformed.self) { try reader.next() }
        }
    }

    @Test func `random bytes never trap`() {
        var state: UInt64 = 0xc0de
        func next() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(truncatingIfNeeded: state >> 33)
        }
        for message in Self.messages {
            for _ in 0..<2_000 {
                var frame = message.encoded()
                for _ in 0...next() % 4 {
                    frame[next() % frame.count] = UInt8(truncatingIfNeeded: next())
                }
                var reader = CoordinatorMessageReader()
                reader.append(frame)
                _ = try? reader.next()
            }
        }
    }

    @Test func `an absurd length is malformed`() {
        var reader = CoordinatorMessageReader()
        reader.append([0xff, 0xff, 0xff, 0xff, 5])
        #expect(throws: CoordinatorMessageReader.Malformed.self) { try reader.next() }
    }
}
