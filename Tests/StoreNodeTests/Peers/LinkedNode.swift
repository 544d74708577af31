import NIOCore
import NIOPosix
import Replication
import StoreNode
import Topology

/// The links of one node, for a test on another thread.
struct LinkedNode {
    let number: UInt16
    let port: Int
    let group: MultiThreadedEventLoopGroup
    private let eventLoop: any EventLoop
    private let links: NIOLoopBoundBox<PeerLinks?>
    private let events = Shared<[Event]>([])
    private let noted = Shared<[String]>([])

    init(
        _ number: UInt16,
        boot: UInt64,
        port: Int,
        group: MultiThreadedEventLoopGroup
    ) throws {
        self.number = number
        self.group = group
        let eventLoop = group.next()
        self.eventLoop = eventLoop
        let links = NIOLoopBoundBox<PeerLinks?>.makeEmptyBox(eventLoop: eventLoop)
        self.links = links
        let (events, noted) = (events, noted)
        self.port = try eventLoop.flatSubmit {
            let made = PeerLinks(
                identity: NodeIdentity(
                    node: NodeID(number),
                    boot: BootID(boot),
                    copy: CopyID(boot)
                ),
                eventLoop: eventLoop,
                onEvent: { event in events.change { $0.append(event) } },
                note: { text in noted.change { $0.append(text) } }
            )
            links.value = made
            return made.listen(on: Endpoint(host: "127.0.0.1", port: port))
        }.wait()
    }

    var linked: [UInt16] {
        let links = links
        return (try? eventLoop.submit { links.value?.linked.map(\.value) ?? [] }.wait()) ?? []
    }

    var notes: [String] { noted.value }

    /// The boots of the peers that were linked, in order.
    var boots: [UInt64] {
        events.value.compactMap { event in
            if case .peerConnected(_, let boot, _) = event { boot.value } else { nil }
        }
    }

    /// The numbers that poll answers from a node carried, in the order of their arrival.
    func answers(from node: UInt16) -> [UInt64] {
        events.value.compactMap { event in
            guard case .message(NodeID(node), .pollAnswer(let answer)) = event else { return nil }
            return answer.sentAt.nanoseconds
        }
    }

    func update(_ map: ClusterMap) {
        let links = links
        eventLoop.execute { links.value?.update(map) }
    }

    func send(_ message: PeerMessage, to node: UInt16) {
        let links = links
        eventLoop.execute {
            links.value?.send(message, to: NodeID(node))
            links.value?.flush()
        }
    }

    func stop() {
        let links = links
        try? eventLoop.submit {
            links.value?.stop()
            links.value = nil
        }.wait()
    }
}
