import Topology

/// What operators ask for, and what they are refused.
extension CoordinatorCore {
    /// The slowest that moves may be told to be: below it a shard's move could not be told from one
    /// that gets nowhere.
    private static let leastRate: UInt64 = 1 << 20

    /// An operator's command and where the answer goes.
    struct AdminRequest {
        var number: UInt64
        var command: AdminCommand
    }

    /// Answers what changes nothing at once; what changes the map is answered when that is durable.
    mutating func carryOut(
        _ request: AdminRequest,
        in map: inout ClusterMap,
        _ effects: inout [CoordinatorEffect]
    ) -> Bool {
        var next = map
        let answer = change(&next, by: request.command)
        guard case .accepted(let text) = answer else {
            effects.append(.answer(request.number, answer))
            return false
        }
        map = next
        remark(text)
        answers.append((request.number, answer))
        return true
    }

    /// As long as not every configured node has registered.
    func answerWithoutMap(_ command: AdminCommand) -> AdminAnswer {
        if command == .status { return .status(ClusterStatus(map: nil, heard: heardNodes)) }
        return .refused("the cluster waits for its nodes: not all of them registered yet")
    }

    private mutating func change(
        _ map: inout ClusterMap,
        by command: AdminCommand
    ) -> AdminAnswer {
        switch command {
        case .status: return .status(status(of: map))
        case .throttle(let rate):
            guard rate == 0 || rate >= Self.leastRate else {
                return .refused("moves take at least 1 MiB/s; 0 is no limit")
            }
            map.moveRate = rate
            return .accepted(rate == 0 ? "moves have no limit" : "moves take \(rate) bytes/s")
        case .acceptLoss(let shards): return acceptLoss(of: shards, in: &map)
        case .cancel: return cancel(in: &map)
        case .add, .remove, .drain, .replace, .rebalance: break
        }
        if let operation = map.operation {
            return .refused(
                "a change is under way (\(operation.kind.name)): wait for its end or cancel it"
            )
        }
        if map.membership.isEmpty { map.membership = configuredMembership }
        return begin(command, in: &map)
    }

    /// Of clusters that were created before maps told it.
    var configuredMembership: Membership {
        let nodes = configuration.placementNodes
        return Membership(
            nodes.isEmpty ? configuration.nodes.map { PlacementNode($0.id) } : nodes
        )
    }

    private mutating func begin(
        _ command: AdminCommand,
        in map: inout ClusterMap
    ) -> AdminAnswer {
        let former = map.membership
        var operation = MembershipOperation(kind: .add, former: former)
        let text: String
        switch command {
        case .add(let node):
            if let reason = refusal(of: node, in: map) { return .refused(reason) }
            if register(node, in: &map) { operation.newcomers = [node.id] }
            map.membership.add(node.id, weight: node.weight, zone: node.zone)
            text = "\(node.id) joins"
        case .remove(let node):
            guard map.node(node) != nil else { return .refused(Self.unknown(node)) }
            if let reason = refusal(toLose: node, in: map) { return .refused(reason) }
            operation.kind = .remove
            operation.forgets = [node]
            map.membership.remove(node)
            text = "\(node) leaves for good"
        case .drain(let node):
            guard former.contains(node) else {
                return .refused(
                    map.node(node) == nil ? Self.unknown(node) : "\(node) is drained already"
                )
            }
            if let reason = refusal(toLose: node, in: map) { return .refused(reason) }
            operation.kind = .drain
            map.membership.remove(node)
            text = "\(node) is drained"
        case .replace(let old, let new):
            guard former.contains(old) else { return .refused(Self.unknown(old)) }
            if let reason = refusal(of: new, in: map) ?? refusal(toLose: old, in: map, spares: 1) {
                return .refused(reason)
            }
            operation.kind = .replace
            operation.forgets = [old]
            if register(new, in: &map) { operation.newcomers = [new.id] }
            map.membership.replace(old, with: new.id)
            text = "\(new.id) takes the place of \(old)"
        case .rebalance(let weights):
            if let reason = refusal(of: weights, in: map) { return .refused(reason) }
            operation.kind = .rebalance
            operation.alignsPrimaries = true
            for weight in weights { map.membership.reweigh(weight.node, to: weight.weight) }
            text = "shards go to where the placement wants them"
        case .status, .cancel, .acceptLoss, .throttle: return .refused("it begins nothing")
        }
        if let reason = refusal(toPlace: map) { return .refused(reason) }
        map.membership.simplify(for: configuration.placement)
        map.operation = operation
        return .accepted(text)
    }

    private static func unknown(_ node: NodeID) -> String {
        "the cluster has no node \(node)"
    }

    /// Names a node in the map; false where it is named already.
    private func register(_ node: JoiningNode, in map: inout ClusterMap) -> Bool {
        guard let address = node.address, map.node(node.id) == nil else { return false }
        let description = NodeDescription(
            id: node.id,
            host: address.host,
            port: address.port,
            peerPort: address.peerPort,
            boot: .none,
            copy: .none
        )
        let place = map.nodes.firstIndex { $0.id > node.id } ?? map.nodes.count
        map.nodes.insert(description, at: place)
        return true
    }

    private func refusal(of node: JoiningNode, in map: ClusterMap) -> String? {
        if map.membership.contains(node.id) { return "\(node.id) is in the cluster already" }
        guard let known = map.node(node.id) else {
            guard let address = node.address else {
                return "\(Self.unknown(node.id)): say where it is, as in "
                    + "\(node.id.value)=10.0.0.\(node.id.value):6379:16379"
            }
            guard map.nodes.count < ClusterMap.nodeLimit else { return "the cluster is full" }
            let ports = [address.port, address.peerPort]
            let taken = map.nodes.first { other in
                other.host == address.host
                    && (ports.contains(other.port) || ports.contains(other.peerPort))
            }
            return taken.map { "\($0.id) has that address" }
        }
        guard let address = node.address else { return nil }
        let isSame =
            known.host == address.host && known.port == address.port
            && known.peerPort == address.peerPort
        return isSame ? nil : "\(node.id) is known at another address"
    }

    /// Why a node may not be taken away: too few would be left, or it holds what nobody else holds.
    private func refusal(
        toLose node: NodeID,
        in map: ClusterMap,
        spares: Int = 0
    ) -> String? {
        let left = map.membership.nodes.count { $0 != node } + spares
        guard left >= map.replicaCount else {
            return "\(map.replicaCount) copies need \(map.replicaCount) nodes, and \(left) "
                + "would be left"
        }
        guard !isAlive(node) else { return nil }
        let last = map.shards.indices.filter { index in
            let members = map.shards[index].members
            let election = map.election(of: map.shards[index])
            return members.contains { $0.node == node }
                && !members.contains { $0.node != node && isComplete($0, election) }
        }
        guard let first = last.first else { return nil }
        let others = last.count == 1 ? "" : " and \(last.count - 1) other shards"
        return
            "\(node) is not heard and has the last complete copy of s\(first)\(others): start it, "
            + "or give up what only it has (keel admin accept-loss)"
    }

    private func refusal(of weights: [NodeWeight], in map: ClusterMap) -> String? {
        for weight in weights {
            guard map.membership.contains(weight.node) else { return Self.unknown(weight.node) }
        }
        return nil
    }

    private func refusal(toPlace map: ClusterMap) -> String? {
        do throws(PlacementError) {
            _ = try map.membership.place(
                shards: map.shards.count,
                by: configuration.placement,
                replicas: map.replicaCount
            )
            return nil
        } catch {
            switch error {
            case .weightsUnsupported(let scheme):
                return "placement \(scheme) treats all nodes alike: it takes no weights"
            case .weightOutOfRange: return "a weight is a number above 0"
            case .capacityReached(let count):
                return "placement \(map.placement) was built for at most \(count) nodes"
            case .moreReplicasThanNodes(let replicas, let nodes):
                return "\(replicas) copies need \(replicas) nodes, and \(nodes) would be left"
            default: return "the nodes cannot be placed: \(error)"
            }
        }
    }

    private mutating func cancel(in map: inout ClusterMap) -> AdminAnswer {
        guard let operation = map.operation else { return .refused("no change is under way") }
        guard operation.kind != .cancel else {
            return .refused("the change that is under way is a way back already")
        }
        map.membership = operation.former
        map.operation = MembershipOperation(
            kind: .cancel,
            former: operation.former,
            forgets: operation.newcomers
        )
        return .accepted("the \(operation.kind.name) is taken back")
    }

    private func status(of map: ClusterMap) -> ClusterStatus {
        var status = ClusterStatus(map: map, heard: heardNodes)
        status.unfinished = map.operation == nil ? 0 : movement.unfinished.count
        status.copies = map.shards.indices.flatMap { index -> [CopyProgress] in
            guard map.shards[index].isMoving, let primary = map.shards[index].primary else {
                return []
            }
            return self.status(of: primary)?.copies.filter { Int($0.shard.value) == index } ?? []
        }
        status.complaints = complaints.sorted { $0.key < $1.key }.map { shard, reason in
            .init(shard: ShardID(UInt16(shard)), reason: reason)
        }
        return status
    }

    var heardNodes: [NodeID] { nodes.map(\.id).filter(isAlive).sorted() }
}
