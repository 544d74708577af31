import Glibc
import Replication
import Sockets
import StoreNode
import Testing
import Topology

@Suite struct PeerLinksTests {
    @Test func `nodes link up, deliver in order and notice an end`() throws {
        try withLinks([1, 2, 3]) { nodes in
            connect(nodes)
            for node in nodes { #expect(comesTrue { node.linked.count == 2 }) }
            for number in UInt64(1)...500 {
                nodes[0].send(.pollAnswer(Self.answer(number)), to: 2)
            }
            #expect(comesTrue { nodes[1].answers(from: 1).count == 500 })
            #expect(nodes[1].answers(from: 1) == Array(1...500))
            #expect(nodes[2].answers(from: 1).isEmpty)
            nodes[1].stop()
            #expect(comesTrue { nodes[0].linked == [3] && nodes[2].linked == [1] })
        }
    }

    @Test func `a node that comes back is linked again, by its new boot`() throws {
        try withLinks([1, 2]) { nodes in
            connect(nodes)
            #expect(comesTrue { nodes[0].linked == [2] })
            let port = nodes[1].port
            nodes[1].stop()
            #expect(comesTrue { nodes[0].linked.isEmpty })
            let second = try LinkedNode(2, boot: 99, port: port)
            defer { second.stop() }
            // Without a map it takes no link.
            second.update(Self.map([nodes[0], second], cluster: 7))
            #expect(comesTrue { nodes[0].linked == [2] && second.linked == [1] })
            #expect(nodes[0].boots.first == 2 && nodes[0].boots.last == 99)
        }
    }

    @Test func `a node without a map is dialled again, and not linked before it has one`() throws {
        try withLinks([1, 2]) { nodes in
            nodes[0].update(Self.map(nodes, cluster: 7))
            #expect(comesTrue { nodes[0].notes.contains { $0.contains("knows no map yet") } })
            nodes[1].update(Self.map(nodes, cluster: 7))
            #expect(comesTrue { nodes[0].linked == [2] && nodes[1].linked == [1] })
            #expect(nodes[0].boots == [2])
            #expect(nodes[0].notes.count <= 3, "\(nodes[0].notes)")
        }
    }

    @Test func `nodes of another cluster are not linked`() throws {
        try withLinks([1, 2]) { nodes in
            nodes[1].update(Self.map(nodes, cluster: 8))
            nodes[0].update(Self.map(nodes, cluster: 7))
            #expect(
                comesTrue {
                    nodes[1].notes.contains { $0.contains("belongs to cluster 0000000000000007") }
                }
            )
            #expect(nodes[0].linked.isEmpty || nodes[1].linked.isEmpty)
        }
    }

    /// The far end of a cut link is there, but nothing comes from it any more.
    @Test func `a silent connection is given up and dialled anew`() throws {
        try withLinks([1]) { nodes in
            // The kernel completes what waits in the line of a listener.
            let silent = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
            defer { close(silent) }
            let port = try bindToFreePort(silent)
            #expect(listen(silent, 16) == 0)
            nodes[0].update(Self.map([(1, nodes[0].port), (2, port)], cluster: 7))
            var accepted: [Int32] = []
            defer { for connection in accepted { close(connection) } }
            let isDialledAnew = comesTrue {
                let connection = accept(silent, nil, nil)
                if connection >= 0 { accepted.append(connection) }
                return accepted.count >= 3
            }
            #expect(isDialledAnew)
            #expect(nodes[0].linked.isEmpty)
        }
    }

    @Test func `what makes no sense ends one connection and nothing else`() throws {
        try withLinks([1, 2]) { nodes in
            connect(nodes)
            #expect(comesTrue { nodes[0].linked == [2] })
            let stranger = try BlockingClient(port: nodes[1].port)
            try stranger.send("GET / HTTP/1.1\r\n\r\n")
            #expect(
                comesTrue { nodes[1].notes.contains { $0.contains("was not taken as a link") } }
            )
            #expect(nodes[0].linked == [2])
        }
    }

    private static func answer(_ number: UInt64) -> PeerMessage.PollAnswer {
        .init(sentAt: Instant(nanoseconds: number), confirmed: [], refused: [])
    }

    private func connect(_ nodes: [LinkedNode]) {
        for node in nodes { node.update(Self.map(nodes, cluster: 7)) }
    }

    private static func map(_ nodes: [LinkedNode], cluster: UInt64) -> ClusterMap {
        map(nodes.map { ($0.number, $0.port) }, cluster: cluster)
    }

    private static func map(_ nodes: [(UInt16, Int)], cluster: UInt64) -> ClusterMap {
        ClusterMap(
            cluster: ClusterID(cluster),
            epoch: Epoch(1),
            placement: "ring",
            replication: "quorum",
            replicaCount: nodes.count,
            election: ElectionRule(electsFromInSync: false, recoverySetSize: 1, minimumInSync: 1),
            nodes: nodes.map { number, port in
                NodeDescription(
                    id: NodeID(number),
                    host: "127.0.0.1",
                    port: 0,
                    peerPort: UInt16(port),
                    boot: .none,
                    copy: .none
                )
            },
            shards: []
        )
    }

    private func withLinks(_ numbers: [UInt16], _ body: ([LinkedNode]) throws -> Void) throws {
        let nodes = try numbers.map { number in
            try LinkedNode(number, boot: UInt64(number), port: 0)
        }
        defer { for node in nodes { node.stop() } }
        try body(nodes)
    }
}
