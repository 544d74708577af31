internal import Replication
internal import Sockets
internal import Topology

/// What makes a node one of several: its links to the others and to the coordinators.
final class ClusterMembership {
    private let node: Node
    private let links: PeerLinks
    private var coordinator: CoordinatorLink?

    /// - Parameter note: takes lines for the node's log, from any thread.
    private let note: @Sendable (String) -> Void

    /// Connects the node's outlets; made on the node's loop.
    init(of node: Node, note: @escaping @Sendable (String) -> Void) {
        self.node = node
        self.note = note
        let links = PeerLinks(
            identity: node.identity,
            loop: node.loop,
            onEvent: { node.step($0) },
            note: note
        )
        self.links = links
        node.outlets.send = { links.send($1, to: $0) }
        node.outlets.endTurn = { links.flush() }
        node.outlets.note = note
    }

    /// Listens for the other nodes, then registers with the coordinator.
    func begin(_ coordinators: [Endpoint]) throws(StartFailure) {
        let configuration = node.configuration
        let address = Endpoint(host: configuration.bindAddress, port: configuration.peerPort)
        do throws(SocketFailure) {
            _ = try links.listen(on: address)
        } catch {
            throw StartFailure(listeningOn: address, error)
        }
        do throws(FileFailure) {
            try register(with: coordinators)
        } catch {
            throw .infrastructure("cannot start: \(error)")
        }
    }

    func stop() {
        coordinator?.stop()
        coordinator = nil
        links.stop()
    }

    private func register(with coordinators: [Endpoint]) throws(FileFailure) {
        let mailbox = node.mailbox
        let link = try CoordinatorLink(
            to: coordinators,
            status: node.core.status(at: node.clock.now),
            onMap: { map in
                mailbox.post { $0.membership?.learn(map) }
            },
            onLink: { coordinator in
                mailbox.post { $0.coordinator = coordinator }
            },
            onUnavailable: { groups in
                mailbox.post { $0.unavailable = groups }
            },
            note: note
        )
        coordinator = link
        node.outlets.propose = { link.propose($0) }
    }

    private func learn(_ map: ClusterMap) {
        let me = node.configuration.id
        if node.map?.node(me) != nil, map.node(me) == nil {
            note("removed from the cluster: it holds nothing and tells clients where to go")
        }
        node.step(.map(map))
        links.update(map)
        // The sooner the coordinator hears which map is known here, the sooner others may rely on it.
        publish()
    }

    /// Says how the node is; called with every tick.
    func publish() {
        coordinator?.publish(node.core.status(at: node.clock.now))
    }
}

extension Node {
    /// Becomes one of several nodes, where it has a coordinator.
    func join() throws(StartFailure) {
        guard !configuration.isStandalone else { return }
        let name = "keel node \(identity.node.value): "
        let membership = ClusterMembership(of: self) { StandardError.write(name + $0) }
        self.membership = membership
        try membership.begin(configuration.coordinators)
    }
}
