internal import CSystemCalls
internal import Faults
internal import Synchronization
internal import Topology

/// Nodes that come and go while the cluster serves.
extension Cluster {
    /// How long the shards may be on their way.
    static let moveBound = Duration.seconds(300)
    /// How long a change may wait for the one before it.
    private static let turnBound = Duration.seconds(300)
    /// The cluster's word on a change takes a moment to be heard.
    private static let noticeBound = Duration.seconds(2)

    /// Carries a change of the members out, and waits until no shard is on its way any more.
    func change(_ change: MembershipRequest) async throws(ClusterError) {
        let isMine = await eventually(within: Self.turnBound) {
            self.isChanging.withLock { isChanging -> Bool? in
                guard !isChanging else { return nil }
                isChanging = true
                return true
            }
        }
        guard isMine != nil else {
            throw .tooLate(what: "the change before this one", bound: Self.turnBound, seen: [])
        }
        do throws(ClusterError) {
            try await carryOut(change)
            isChanging.withLock { $0 = false }
        } catch {
            isChanging.withLock { $0 = false }
            throw error
        }
    }

    private func carryOut(_ change: MembershipRequest) async throws(ClusterError) {
        let nowhere = FabricPlace(host: "", port: 0, peerPort: 0)
        let arguments = system.arguments(for: change, of: specification) { endpoint in
            fabric.place(of: endpoint) ?? nowhere
        }
        guard let arguments else {
            throw .unsupported("\(type(of: system).name) knows no nodes that come and go")
        }
        let before = standing
        try await run(arguments)
        if let node = change.joining {
            let endpoint = Endpoint.node(node)
            try makeDirectory(specification.dataDirectory + "/" + endpoint.name)
            try processes.start(endpoint)
            noteMember(node, isThere: true)
        }
        _ = await eventually(within: Self.noticeBound) { self.isSettled ? nil : true }
        try await awaitSettled(within: Self.moveBound)
        // What a node did is to be asked while there is somebody to ask.
        let tallies = await tallies()
        if let node = change.leaving {
            noteMember(node, isThere: false)
            processes.terminate(.node(node))
        }
        let step = MembershipStep(
            request: change,
            before: before,
            after: standing,
            tallies: tallies,
            endedAt: ordeal_monotonic_nanoseconds()
        )
        steps.withLock { $0.append(step) }
    }

    /// Runs the system's own tool, off this task's thread.
    private func run(_ arguments: [String]) async throws(ClusterError) {
        let program = specification.executable
        let outcome = await withCheckedContinuation { continuation in
            runOnOwnThread {
                continuation.resume(
                    returning: Result { () throws(ClusterError) in
                        try ToolRun(program, arguments).finish()
                    }
                )
            }
        }
        _ = try outcome.get()
    }

    /// Whether a node has come or gone, as far as the cluster says.
    func readMembership(_ kind: ExpectedEvidence) -> FaultEvidence? {
        let endpoint: Endpoint
        let isWanted: Bool
        switch kind {
        case .nodeJoined(let node): (endpoint, isWanted) = (node, true)
        case .nodeLeft(let node): (endpoint, isWanted) = (node, false)
        case .packetsDropped, .processGone, .processStopped, .processReplaced: return nil
        }
        guard let node = endpoint.node else { return nil }
        let holders = standing.holders
        let held = holders.filter { $0.nodes.contains(node) }
        let slots = held.reduce(0) { $0 + $1.slots.count }
        let reigned = held.filter { $0.nodes.first == node }.reduce(0) { $0 + $1.slots.count }
        let reading =
            "\(endpoint) holds \(slots) of \(KeySlot.count) slots, \(reigned) of them as primary"
            + (isSettled ? "" : ", and shards are on the move")
        return FaultEvidence(
            kind,
            isSeen: isSettled && !holders.isEmpty && (slots > 0) == isWanted,
            reading
        )
    }
}

extension MembershipRequest {
    fileprivate var joining: NodeID? {
        switch self {
        case .join(let node), .replace(_, let node): node
        case .leave: nil
        }
    }

    fileprivate var leaving: NodeID? {
        switch self {
        case .leave(let node), .replace(let node, _): node
        case .join: nil
        }
    }
}
