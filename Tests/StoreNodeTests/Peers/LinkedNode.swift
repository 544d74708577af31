import Foundation
import Replication
import Sockets
import StoreNode
import Topology

/// The links of one node, on a loop and a thread of their own, for a test on another thread.
struct LinkedNode {
    let number: UInt16
    let port: Int
    private let resident: Mailbox<Resident>
    private let events = Shared<[Event]>([])
    private let noted = Shared<[String]>([])

    /// What lives on the loop.
    private final class Resident {
        let loop: SocketLoop
        let links: PeerLinks

        init(loop: SocketLoop, links: PeerLinks) {
            self.loop = loop
            self.links = links
        }
    }

    init(_ number: UInt16, boot: UInt64, port: Int) throws {
        self.number = number
        let (events, noted) = (events, noted)
        let begun = DispatchSemaphore(value: 0)
        let result = Shared<Result<(Int, Mailbox<Resident>), any Error>?>(nil)
        Thread.detachNewThread {
            do {
                let loop = try SocketLoop()
                let links = PeerLinks(
                    identity: NodeIdentity(
                        node: NodeID(number),
                        boot: BootID(boot),
                        copy: CopyID(boot)
                    ),
                    loop: loop,
                    onEvent: { event in events.change { $0.append(event) } },
                    note: { text in noted.change { $0.append(text) } }
                )
                let port = try links.listen(on: Endpoint(host: "127.0.0.1", port: port))
                let resident = Resident(loop: loop, links: links)
                let mailbox = Mailbox<Resident>(loop.waker)
                loop.onWake = { mailbox.deliver(to: resident) }
                result.change { $0 = .success((port, mailbox)) }
                begun.signal()
                loop.run()
                loop.onWake = {}
            } catch {
                result.change { $0 = .failure(error) }
                begun.signal()
            }
        }
        begun.wait()
        (self.port, resident) = try result.value?.get() ?? (0, Mailbox(SocketLoop().waker))
    }

    var linked: [UInt16] {
        let answer = Shared<[UInt16]>([])
        let answered = DispatchSemaphore(value: 0)
        resident.post { resident in
            answer.change { $0 = resident.links.linked.map(\.value) }
            answered.signal()
        }
        answered.wait()
        return answer.value
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
        resident.post { $0.links.update(map) }
    }

    func send(_ message: PeerMessage, to node: UInt16) {
        resident.post {
            $0.links.send(message, to: NodeID(node))
            $0.links.flush()
        }
    }

    /// Ends the links and their thread; nothing may be asked of them afterwards.
    func stop() {
        resident.post {
            $0.links.stop()
            $0.loop.stop()
        }
    }
}
