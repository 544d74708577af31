public import Topology

/// The coordinator as a value: heartbeats in, map changes out.
///
/// It grants no leases: a primary that it took the reign from is fenced by the replicas. It changes the
/// map one durable step at a time and would rather leave a shard unavailable than promote a replica
/// that could lack a promised write.
public struct CoordinatorCore {
    /// The newest durable map; nil until every configured node registered once.
    public private(set) var map: ClusterMap?
    /// The map on its way to the store.
    private var storing: ClusterMap?
    let configuration: CoordinatorConfiguration
    var nodes: [KnownNode] = []
    private var proposals: [(from: NodeID, proposal: ShardProposal)] = []
    private var requests: [AdminRequest] = []
    /// What is answered once the map on its way to the store is there.
    var answers: [(number: UInt64, answer: AdminAnswer)] = []
    var movement = Movement()
    private(set) var releases: Releases
    private(set) var attentive = Self.beginning
    private var lastTick: Instant?
    /// When any node was heard last, on the attentive clock.
    private var heardAt = Self.beginning
    /// Why each shard is without a primary that could serve, as it was last noted.
    private(set) var complaints: [Int: String] = [:]
    /// Raised whenever what is to be said of some shard becomes another.
    public private(set) var complaintCount: UInt64 = 0
    /// What is to be said of shards when the decisions of this step are made.
    private var news: [(text: String, shards: [Int])] = []
    private var remarks: [String] = []
    private static let namedShards = 6
    private static let beginning = Instant(nanoseconds: 1)
    public private(set) var isStopped = false

    /// How long a primary may be leaseless before another replica takes over, nanoseconds.
    public static let leaselessLimit: UInt64 = 350_000_000
    /// How long a primary may be leaseless that has too few complete replicas to recover from.
    public static let recoveryLimit: UInt64 = 1_000_000_000
    /// How long an append may be stuck.
    public static let stuckLimit: UInt64 = 1_000_000_000
    /// How long a node's event loop may not come round although its heartbeats come.
    public static let loopSilenceLimit: UInt64 = 1_000_000_000
    /// How long no node may be heard before another coordinator, if there is one, does better; nanoseconds.
    public static let silenceLimit: UInt64 = 2 * Heartbeats.longestSilence
    /// Before the same map is sent to a node again.
    private static let announceInterval: UInt64 = 100_000_000

    struct KnownNode {
        let id: NodeID
        var detector: any FailureDetector
        var status: NodeStatus?
        /// When its present process was first heard, on the attentive clock.
        var since = Instant.distantPast
        var isSuspected = false
        var announced: (epoch: Epoch, at: Instant)?

        /// Asks the detector; says whether its opinion is another than before.
        ///
        /// - Parameter mayAwait: whether one that was never heard may still have to find us.
        mutating func judge(at now: Instant, _ mayAwait: Bool) -> Bool {
            let suspects = detector.suspects(at: now) && !(mayAwait && status == nil)
            defer { isSuspected = suspects }
            return suspects != isSuspected
        }
    }

    /// - Parameter map: what the store holds; nil for a new cluster.
    public init(configuration: CoordinatorConfiguration, map: ClusterMap?) {
        self.configuration = configuration
        self.map = map
        releases = Releases(found: map?.epoch ?? .none, at: Self.beginning)
        let attentive = self.attentive
        nodes = (map?.nodes ?? configuration.nodes).map {
            Self.known($0.id, since: attentive, configuration)
        }
    }

    public mutating func step(
        _ event: CoordinatorEvent,
        at now: Instant,
        into effects: inout [CoordinatorEffect]
    ) {
        guard !isStopped else { return }
        switch event {
        case .heartbeat(let status): receive(status, at: now, &effects)
        case .proposal(let node, let proposal):
            proposals.append((node, proposal))
            decide(&effects)
        case .admin(let number, let command):
            requests.append(AdminRequest(number: number, command: command))
            decide(&effects)
        case .stored(let epoch): stored(epoch, &effects)
        case .storeFailed(let reason): stop("the map could not be stored: \(reason)", &effects)
        case .tick:
            let passed = lastTick.map { now.since($0) } ?? 0
            attentive = attentive.advanced(by: min(passed, 2 * configuration.tick))
            lastTick = now
            decide(&effects)
        }
    }

    private mutating func receive(
        _ status: NodeStatus,
        at now: Instant,
        _ effects: inout [CoordinatorEffect]
    ) {
        guard let index = nodes.firstIndex(where: { $0.id == status.node }) else { return }
        let newest = storing?.epoch ?? map?.epoch ?? .none
        if status.cluster != .none, status.cluster != configuration.cluster {
            stop(
                "node \(status.node) belongs to cluster \(status.cluster), not \(configuration.cluster)",
                &effects
            )
            return
        }
        if status.epoch > newest {
            stop(
                "node \(status.node) knows \(status.epoch), this coordinator's store only \(newest): "
                    + "the store was set back",
                &effects
            )
            return
        }
        let isNew = nodes[index].status?.boot != status.boot
        nodes[index].status = status
        nodes[index].detector.heartbeat(at: attentive)
        heardAt = attentive
        if isNew {
            nodes[index].since = attentive
            effects.append(.note("node \(status.node) registered: boot \(status.boot)"))
            decide(&effects)
        }
        guard let map, status.epoch < map.epoch else { return }
        if let announced = nodes[index].announced, announced.epoch == map.epoch,
            now.since(announced.at) < Self.announceInterval
        {
            return
        }
        nodes[index].announced = (map.epoch, now)
        effects.append(.announce(map, to: status.node))
    }

    private mutating func stored(_ epoch: Epoch, _ effects: inout [CoordinatorEffect]) {
        guard let storing, storing.epoch == epoch else { return }
        map = storing
        self.storing = nil
        effects.append(.announce(storing, to: nil))
        know(storing.nodes)
        for (number, answer) in answers { effects.append(.answer(number, answer)) }
        answers = []
        decide(&effects)
    }

    /// Listens to those that the map names, and to nobody else.
    private mutating func know(_ members: [NodeDescription]) {
        guard members.map(\.id) != nodes.map(\.id) else { return }
        let known = nodes
        nodes = members.map { member in
            known.first { $0.id == member.id }
                ?? Self.known(member.id, since: attentive, configuration)
        }
    }

    private static func known(
        _ node: NodeID,
        since now: Instant,
        _ configuration: CoordinatorConfiguration
    ) -> KnownNode {
        var detector = configuration.detector
        detector.begin(at: now)
        return KnownNode(id: node, detector: detector)
    }

    private mutating func stop(_ reason: String, _ effects: inout [CoordinatorEffect]) {
        isStopped = true
        effects.append(.stop(reason))
    }

    /// Gathers every change that is due into one new map.
    private mutating func decide(_ effects: inout [CoordinatorEffect]) {
        guard storing == nil else { return }
        guard var next = map else {
            for request in requests {
                effects.append(.answer(request.number, answerWithoutMap(request.command)))
            }
            requests = []
            if let first = firstMap() {
                storing = first
                effects.append(.store(first))
            }
            return
        }
        judge(&effects)
        var changed = register(in: &next)
        for (node, proposal) in proposals {
            changed = apply(proposal, from: node, to: &next, &effects) || changed
        }
        proposals = []
        let sound = soundPrimaries
        for index in next.shards.indices where !isSound(next.shards[index], index, sound) {
            changed = failOver(index, in: &next) || changed
        }
        for request in requests { changed = carryOut(request, in: &next, &effects) || changed }
        requests = []
        changed = move(in: &next) || changed
        tellNews(&effects)
        guard changed else { return }
        next.epoch = next.epoch.next
        if let map { releases.note(from: map, to: next, at: attentive) }
        storing = next
        effects.append(.store(next))
    }

    /// The processes that are heard and complain of nothing that would cost them a shard.
    private var soundPrimaries: [(node: NodeID, boot: BootID)] {
        var sound: [(node: NodeID, boot: BootID)] = []
        sound.reserveCapacity(nodes.count)
        for index in nodes.indices where !nodes[index].isSuspected {
            // Field by field: the whole status would be copied.
            guard let boot = nodes[index].status?.boot,
                let silence = nodes[index].status?.loopSilence, silence < Self.loopSilenceLimit,
                nodes[index].status?.impeded.contains(where: Self.isImpeded) == false
            else { continue }
            sound.append((nodes[index].id, boot))
        }
        return sound
    }

    private func isSound(
        _ assignment: ShardAssignment,
        _ shard: Int,
        _ sound: [(node: NodeID, boot: BootID)]
    ) -> Bool {
        complaints[shard] == nil
            && sound.contains { $0.node == assignment.primary && $0.boot == assignment.primaryBoot }
    }

    private mutating func judge(_ effects: inout [CoordinatorEffect]) {
        let (now, mayAwait) = (attentive, mayAwaitNodes)
        for index in nodes.indices where nodes[index].judge(at: now, mayAwait) {
            let words = nodes[index].isSuspected ? "is silent" : "is heard again"
            effects.append(.note("node \(nodes[index].id) \(words)"))
        }
    }

    private func firstMap() -> ClusterMap? {
        let statuses = nodes.compactMap(\.status)
        guard statuses.count == nodes.count,
            let placed = try? configuration.placement.place(
                shards: configuration.shardCount,
                on: configuration.placementNodes.isEmpty
                    ? nodes.map { PlacementNode($0.id) } : configuration.placementNodes,
                replicas: configuration.replicaCount
            )
        else { return nil }
        var map = ClusterMap(
            cluster: configuration.cluster,
            epoch: Epoch(1),
            placement: type(of: configuration.placement).name,
            replication: configuration.replication,
            replicaCount: configuration.replicaCount,
            election: configuration.election,
            nodes: configuration.nodes,
            shards: []
        )
        map.degradedElection = configuration.degradedElection
        map.moveRate = configuration.moveRate
        _ = register(in: &map)
        map.membership = configuredMembership
        map.shards = placed.map { replicas in
            ShardAssignment(
                term: .first,
                primary: replicas[0],
                primaryBoot: status(of: replicas[0])?.boot ?? .none,
                replicas: replicas.map {
                    ReplicaAssignment(
                        node: $0,
                        copy: status(of: $0)?.copy ?? .none,
                        isInSync: true
                    )
                },
                version: 1,
                acceptedLosses: 0
            )
        }
        return map
    }

    /// Writes each node's present process and copy into the map.
    private func register(in map: inout ClusterMap) -> Bool {
        var changed = false
        for index in map.nodes.indices {
            guard let place = place(of: map.nodes[index].id),
                let boot = nodes[place].status?.boot, let copy = nodes[place].status?.copy,
                boot != map.nodes[index].boot || copy != map.nodes[index].copy
            else { continue }
            map.nodes[index].boot = boot
            map.nodes[index].copy = copy
            changed = true
        }
        return changed
    }

    /// How long nobody was heard, not counting what this coordinator was late itself; nanoseconds.
    public var silence: UInt64 { attentive.since(heardAt) }

    /// Whether the cluster was configured with this node.
    public func isMember(_ node: NodeID) -> Bool { nodes.contains { $0.id == node } }

    func status(of node: NodeID) -> NodeStatus? { place(of: node).flatMap { nodes[$0].status } }

    private func place(of node: NodeID) -> Int? {
        nodes.indices.first { nodes[$0].id == node }
    }

    /// Whether a node is registered and heard.
    func isAlive(_ node: NodeID) -> Bool {
        guard let place = place(of: node) else { return false }
        return !nodes[place].isSuspected && nodes[place].status?.boot != nil
    }

    /// Whether this coordinator began a moment ago and has not heard the node yet, which has to find it
    /// first: nobody can say then whether it lives.
    func isAwaited(_ node: NodeID) -> Bool {
        guard mayAwaitNodes, let place = place(of: node) else { return false }
        return nodes[place].status?.boot == nil
    }

    private var mayAwaitNodes: Bool {
        attentive.since(Self.beginning) < Heartbeats.longestSilence
    }

    mutating func complain(_ shard: Int, _ reason: String?) {
        guard complaints[shard] != reason else { return }
        complaints[shard] = reason
        complaintCount += 1
        if let reason { tell(shard, "stays unavailable: \(reason)") }
    }

    /// Keeps a line for the log; shards of which the same is to be said share one.
    mutating func tell(_ shard: Int, _ text: String) {
        if let index = news.firstIndex(where: { $0.text == text }) {
            news[index].shards.append(shard)
        } else {
            news.append((text, [shard]))
        }
    }

    private mutating func tellNews(_ effects: inout [CoordinatorEffect]) {
        for (text, shards) in news {
            let named = shards.prefix(Self.namedShards).map { "s\($0)" }.joined(separator: ", ")
            let more = shards.count - Self.namedShards
            let who = more > 0 ? "\(named) and \(more) more" : named
            effects.append(.note("\(who): \(text)"))
        }
        news = []
        for text in remarks { effects.append(.note(text)) }
        remarks = []
    }

    /// Keeps a line for the log that is about no shard.
    mutating func remark(_ text: String) { remarks.append(text) }
}
