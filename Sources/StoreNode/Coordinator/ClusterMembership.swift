internal import NIOCore
internal import Replication
internal import Topology

/// What makes a node one of several: its links to the others and to the coordinators.
final class ClusterMembership {
    private let node: Node
    private let links: PeerLinks
    private var coordinator: CoordinatorLink?

    /// - Parameter note: takes lines for the node's log, from any thread.
    private let note: @Sendable (String) -> Void

    /// Connects the node's outlets; made on the node's event loop.
    init(of node: Node, note: @escaping @Sendable (String) -> Void) {
        self.node = node
        self.note = note
        let links = PeerLinks(
            identity: node.identity,
            eventLoop: node.eventLoop,
            onEvent: { node.step($0) },
            note: note
        )
        self.links = links
        node.outlets.send = { links.send($1, to: $0) }
        node.outlets.endTurn = { links.flush() }
        node.outlets.note = note
    }

    /// Listens for the other nodes, then registers with the coordinator.
    func begin(_ coordinators: [Endpoint]) -> EventLoopFuture<Void> {
        let configuration = node.configuration
        let address = Endpoint(host: configuration.bindAddress, port: configuration.peerPort)
        let bound = NIOLoopBound(self, eventLoop: node.eventLoop)
        return links.listen(on: address).flatMapThrowing { _ in
            try bound.value.register(with: coordinators)
        }
    }

    func stop() {
        coordinator?.stop()
        coordinator = nil
        links.stop()
    }

    private func register(with coordinators: [Endpoint]) throws(FileFailure) {
        let eventLoop = node.eventLoop
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let link = try CoordinatorLink(
            to: coordinators,
            status: node.core.status(at: node.clock.now),
            onMap: { map in
                eventLoop.execute { bound.value.learn(map) }
            },
            onLink: { coordinator in
                eventLoop.execute { bound.value.node.coordinator = coordinator }
            },
            onUnavailable: { groups in
                eventLoop.execute { bound.value.node.unavailable = groups }
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
    func join() -> EventLoopFuture<Void> {
        guard !configuration.isStandalone else { return eventLoop.makeSucceededVoidFuture() }
        let name = "keel node \(identity.node.value): "
        let membership = ClusterMembership(of: self) { StandardError.write(name + $0) }
        self.membership = membership
        return membership.begin(configuration.coordinators)
    }
}
