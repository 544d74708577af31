import Replication
import Topology

/// Links between nodes: in order, or broken.
extension VirtualCluster {
    func isolate(_ id: NodeID) {
        for other in 0...UInt16(nodes.count) where other != id.value {
            cuts.insert(Pair(from: id.value, to: other))
            cuts.insert(Pair(from: other, to: id.value))
        }
    }

    func delay() -> UInt64 { 50_000 + random.next(upperBound: 1_500_000) }

    func isCut(_ left: NodeID, _ right: NodeID) -> Bool {
        cuts.contains(Pair(from: left.value, to: right.value))
            || cuts.contains(Pair(from: right.value, to: left.value))
    }

    func pair(_ left: NodeID, _ right: NodeID) -> Pair {
        Pair(from: min(left.value, right.value), to: max(left.value, right.value))
    }

    func dial(_ id: NodeID, _ other: NodeID, life: Int) {
        guard self[id].life == life else { return }
        let pair = pair(id, other)
        if connections[pair] == nil, !isCut(id, other), self[other].core != nil,
            !self[other].isPaused, !self[id].isPaused
        {
            connectionCount += 1
            connections[pair] = connectionCount
            greet(id, other)
            greet(other, id)
        }
        after(40_000_000) { [weak self] in self?.dial(id, other, life: life) }
    }

    func greet(_ id: NodeID, _ other: NodeID) {
        guard let identity = self[other].core?.identity else { return }
        step(id, .peerConnected(other, identity.boot, identity.copy))
    }

    func disconnect(_ left: NodeID, _ right: NodeID) {
        guard connections.removeValue(forKey: pair(left, right)) != nil else { return }
        for (id, other) in [(left, right), (right, left)] where self[id].core != nil {
            act(id, life: self[id].life) { [self] in step(id, .peerDisconnected(other)) }
        }
    }

    func send(_ message: PeerMessage, from: NodeID, to: NodeID) {
        onSend(from, to, message)
        guard let connection = connections[pair(from, to)] else { return }
        if cuts.contains(Pair(from: from.value, to: to.value)) {
            // The sender notices in the end, and dials again.
            after(300_000_000) { [self] in
                if connections[pair(from, to)] == connection { disconnect(from, to) }
            }
            return
        }
        let direction = Pair(from: from.value, to: to.value)
        let time = max(now + delay(), (lastDelivery[direction] ?? 0) + 1)
        lastDelivery[direction] = time
        let life = self[to].life
        after(time - now) { [self] in
            guard connections[pair(from, to)] == connection else { return }
            act(to, life: life) { [self] in
                guard connections[pair(from, to)] == connection else { return }
                step(to, .message(from: from, message))
            }
        }
    }
}
