package import Replication
package import Sockets
package import Topology

/// A node's links to all others: one TCP connection for each pair, dialled by the lower number.
///
/// The network cuts links by dropping packets, so a connection may be dead without anybody saying so.
/// Nodes poll each other all the time; a link on which nothing arrives is therefore dropped and dialled
/// anew, and the first attempt after the network healed succeeds.
package final class PeerLinks {
    /// Silence after which a connection counts as dead: several polls and their answers.
    private static let silenceLimitNanoseconds: UInt64 = 500_000_000
    private static let watchInterval: Int64 = 50_000_000
    /// A node on the same network answers within a few; a lost SYN is better sent anew than waited for.
    private static let connectTimeout: Int64 = 150_000_000
    private static let shortestPause: Int64 = 10_000_000
    private static let longestPause: Int64 = 80_000_000
    /// Connections that have not said who they are; more than any cluster dials at once.
    private static let strangerLimit = 64

    private let identity: NodeIdentity
    let loop: SocketLoop
    private let onEvent: (Event) -> Void
    private let note: (String) -> Void

    private(set) var cluster = ClusterID.none
    /// In ascending order of their numbers.
    private var peers: [Peer] = []
    /// Accepted, not yet greeted.
    private var strangers: [PeerConnection] = []
    private var listener: Listener?
    private var isStopped = false

    private struct Peer {
        let node: NodeID
        var address: Endpoint?
        var connection: PeerConnection?
        /// The connection that is being made, until it has greeted.
        var attempt: PeerConnection?
        var isWaiting = false
        var pause = PeerLinks.shortestPause
    }

    /// - Parameters:
    ///   - onEvent: takes what the core must know: links that come and go, and their messages.
    ///   - note: takes lines for the node's log.
    package init(
        identity: NodeIdentity,
        loop: SocketLoop,
        onEvent: @escaping (Event) -> Void,
        note: @escaping (String) -> Void
    ) {
        self.identity = identity
        self.loop = loop
        self.onEvent = onEvent
        self.note = note
    }

    /// The nodes that a link is up to.
    package var linked: [NodeID] { peers.compactMap { $0.connection == nil ? nil : $0.node } }

    /// Accepts links; returns the port.
    package func listen(on address: Endpoint) throws(SocketFailure) -> Int {
        let listener = try Listener(address.host, address.port, on: loop) { self.accept($0) }
        self.listener = listener
        watchSilence()
        return listener.port
    }

    /// Takes over who the others are and where; dials those that are this node's to dial.
    package func update(_ map: ClusterMap) {
        cluster = map.cluster
        for peer in peers where peer.address != nil && map.node(peer.node) == nil {
            forget(peer.node)
        }
        for node in map.nodes where node.id != identity.node {
            let address = Endpoint(host: node.host, port: Int(node.peerPort))
            let index = place(of: node.id)
            guard peers[index].address != address else { continue }
            peers[index].address = address
            if identity.node < node.id { dial(node.id) }
        }
    }

    /// Queues a message until ``flush()``; dropped where there is no link.
    package func send(_ message: PeerMessage, to node: NodeID) {
        peers.first { $0.node == node }?.connection?.send(message)
    }

    /// Writes everything queued, to each peer at once.
    package func flush() {
        for peer in peers { peer.connection?.flush() }
    }

    package func stop() {
        isStopped = true
        listener?.close()
        listener = nil
        for peer in peers {
            peer.connection?.drop(because: "this node stops")
            peer.attempt?.drop(because: "this node stops")
        }
        for stranger in strangers { stranger.drop(because: "this node stops") }
    }
}

// MARK: What connections ask and tell

extension PeerLinks {
    var greeting: PeerGreeting {
        PeerGreeting(
            cluster: cluster,
            node: identity.node,
            boot: identity.boot,
            copy: identity.copy
        )
    }

    /// Whether the other end is one that this node may be linked to.
    func check(_ greeting: PeerGreeting, expected: NodeID?) throws(PeerCodecError) {
        // The core drops what comes before its first map, and some of it is never sent again.
        // It is dialled again after ever longer pauses, at most 80 ms, until it has one.
        guard cluster != .none, greeting.cluster != .none || expected == nil else {
            throw .refused(Self.mapless)
        }
        if greeting.cluster != .none, greeting.cluster != cluster {
            throw .refused("it belongs to cluster \(greeting.cluster), not \(cluster)")
        }
        if let expected {
            guard greeting.node == expected else {
                throw .refused("it is \(greeting.node), not \(expected)")
            }
        } else {
            guard greeting.node < identity.node, greeting.node.value > 0 else {
                throw .refused("\(greeting.node) should wait to be dialled by \(identity.node)")
            }
        }
    }

    func opened(_ connection: PeerConnection, _ greeting: PeerGreeting) {
        strangers.removeAll { $0 === connection }
        let index = place(of: greeting.node)
        if peers[index].attempt === connection { peers[index].attempt = nil }
        // The other end gave its old connection up, or it would not have dialled anew.
        peers[index].connection?.drop(because: "a new one takes its place")
        peers[index].connection = connection
        peers[index].pause = Self.shortestPause
        note("linked to \(greeting.node), boot \(greeting.boot)")
        onEvent(.peerConnected(greeting.node, greeting.boot, greeting.copy))
    }

    func deliver(_ event: Event) { onEvent(event) }

    func broke(_ connection: PeerConnection, because reason: String) {
        strangers.removeAll { $0 === connection }
        if let node = connection.peer?.node,
            let index = peers.firstIndex(where: { $0.node == node }),
            peers[index].connection === connection
        {
            peers[index].connection = nil
            note("the link to \(node) broke: \(reason)")
            onEvent(.peerDisconnected(node))
        } else if connection.peer == nil, reason != Self.silentReason, !repeats(reason, connection)
        {
            note("a connection was not taken as a link: \(reason)")
        }
        guard let node = connection.expected,
            let index = peers.firstIndex(where: { $0.node == node })
        else { return }
        if peers[index].attempt === connection { peers[index].attempt = nil }
        redialLater(node)
    }
}

// MARK: Dialling, accepting, watching

extension PeerLinks {
    private static let silentReason = "nothing was heard"
    private static let mapless = "one of both knows no map yet"

    /// Where a peer stands in the list; it is added where it is not yet there.
    private func place(of node: NodeID) -> Int {
        let index = peers.firstIndex { $0.node >= node } ?? peers.count
        if index == peers.count || peers[index].node != node {
            peers.insert(Peer(node: node), at: index)
        }
        return index
    }

    /// Whether nobody needs to be told again that one of both has no map: once is enough, where a node
    /// was dialled for the first time.
    private func repeats(_ reason: String, _ connection: PeerConnection) -> Bool {
        guard reason.hasSuffix(Self.mapless) else { return false }
        return peers.first { $0.node == connection.expected }?.pause != Self.shortestPause
    }

    /// The cluster has no such node any more.
    private func forget(_ node: NodeID) {
        guard let index = peers.firstIndex(where: { $0.node == node }) else { return }
        let peer = peers.remove(at: index)
        peer.attempt?.drop(because: "\(node) was removed")
        guard let connection = peer.connection else { return }
        note("\(node) was removed from the cluster")
        connection.drop(because: "\(node) was removed")
        onEvent(.peerDisconnected(node))
    }

    private func watchSilence() {
        loop.at(loop.now + Self.watchInterval) {
            guard !self.isStopped else { return }
            self.dropSilent()
            self.watchSilence()
        }
    }

    private func accept(_ socket: consuming Socket) {
        guard strangers.count < Self.strangerLimit, !isStopped else { return socket.discard() }
        let connection = PeerConnection(links: self, expected: nil)
        // Where the kernel gives no more, the socket is closed, and the other end dials again.
        guard (try? connection.accept(socket)) != nil else { return }
        strangers.append(connection)
    }

    private func dial(_ node: NodeID) {
        guard !isStopped, let index = peers.firstIndex(where: { $0.node == node }),
            peers[index].connection == nil, peers[index].attempt == nil, !peers[index].isWaiting,
            let address = peers[index].address
        else { return }
        let connection = PeerConnection(links: self, expected: node)
        peers[index].attempt = connection
        connection.dial(address, timeout: Self.connectTimeout)
    }

    /// A connection that was dialled did not come about.
    func failed(_ connection: PeerConnection) {
        guard let node = connection.expected,
            let index = peers.firstIndex(where: { $0.node == node }),
            peers[index].attempt === connection
        else { return }
        peers[index].attempt = nil
        redialLater(node)
    }

    private func redialLater(_ node: NodeID) {
        guard !isStopped, let index = peers.firstIndex(where: { $0.node == node }),
            peers[index].connection == nil, !peers[index].isWaiting
        else { return }
        let pause = peers[index].pause
        peers[index].isWaiting = true
        peers[index].pause = min(pause * 2, Self.longestPause)
        loop.at(monotonicNow() + pause) {
            guard let index = self.peers.firstIndex(where: { $0.node == node }) else { return }
            self.peers[index].isWaiting = false
            self.dial(node)
        }
    }

    /// Counts this interval as silence of every connection, and drops those that were silent for long.
    ///
    /// The interval counts with its nominal length: while this node itself sleeps, nobody is silent.
    private func dropSilent() {
        let passed = UInt64(Self.watchInterval)
        let connections = peers.flatMap { [$0.connection, $0.attempt].compactMap(\.self) }
        for connection in connections + strangers {
            connection.silence += passed
            if connection.silence > Self.silenceLimitNanoseconds {
                connection.drop(because: Self.silentReason)
            }
        }
    }
}
