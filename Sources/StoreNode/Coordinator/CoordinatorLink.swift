internal import CSystemCalls
package import Coordination
internal import Synchronization
package import Topology

/// A node's link to its coordinator, on a thread of its own: heartbeats go out however busy the event
/// loop is, and say how long ago it last came round.
package final class CoordinatorLink: Sendable {
    static let heartbeatIntervalMilliseconds: UInt64 = 40
    /// As long as a lease: what the event loop said of its peers before that is no news any more.
    private static let newsLimitNanoseconds: UInt64 = 240_000_000
    /// Several unanswered heartbeats: the connection is dead though nobody said so.
    private static let silenceLimitNanoseconds: UInt64 = 300_000_000
    private static let connectTimeoutMilliseconds: Int32 = 150
    private static let sendTimeoutMilliseconds: Int32 = 150
    private static let shortestPauseMilliseconds: Int32 = 10
    private static let longestPauseMilliseconds: Int32 = 80
    /// A process that was ended a moment ago may still stand in this one's place.
    private static let refusalPatienceNanoseconds: UInt64 = 2_000_000_000
    /// More than a map has shards: each shard has one proposal under way.
    private static let proposalLimit = 20_000

    private let coordinator: Endpoint
    private let node: NodeID
    private let onMap: @Sendable (ClusterMap) -> Void
    private let onUnavailable: @Sendable ([UnavailableShards]) -> Void
    private let note: @Sendable (String) -> Void
    private let onTurnedAway: @Sendable (StartFailure) -> Void
    private let wakeUp: WakeUp
    private let shared: Mutex<Shared>
    private let thread = Mutex<NamedThread?>(nil)

    private struct Shared {
        var status: NodeStatus
        var publishedAt: UInt64
        var proposals: [ShardProposal] = []
        var isStopping = false
        /// Since when the coordinator turns this process away.
        var refusedSince: UInt64?
    }

    /// Begins to dial at once, and goes on until ``stop()``.
    ///
    /// - Parameters:
    ///   - onMap, onUnavailable, note: called on the link's thread.
    ///   - onTurnedAway: called when the coordinator does not want this process; ends it by default.
    package init(
        to coordinator: Endpoint,
        status: NodeStatus,
        onMap: @escaping @Sendable (ClusterMap) -> Void,
        onUnavailable: @escaping @Sendable ([UnavailableShards]) -> Void = { _ in },
        note: @escaping @Sendable (String) -> Void,
        onTurnedAway: @escaping @Sendable (StartFailure) -> Void = { ProcessEnd.now($0) }
    ) throws(FileFailure) {
        self.onTurnedAway = onTurnedAway
        self.coordinator = coordinator
        node = status.node
        self.onMap = onMap
        self.onUnavailable = onUnavailable
        self.note = note
        wakeUp = try WakeUp()
        shared = Mutex(Shared(status: status, publishedAt: ordeal_boottime_nanoseconds()))
        let thread = try NamedThread("heartbeat") { self.run() }
        self.thread.withLock { $0 = thread }
    }

    /// Says how the node is; the event loop calls it with every tick, which proves that it comes round.
    package func publish(_ status: NodeStatus) {
        let now = ordeal_boottime_nanoseconds()
        shared.withLock { shared in
            shared.status = status
            shared.publishedAt = now
        }
    }

    /// Sends a proposal, once; the answer, if there is one, is a map.
    package func propose(_ proposal: ShardProposal) {
        shared.withLock { shared in
            guard shared.proposals.count < Self.proposalLimit else { return }
            shared.proposals.append(proposal)
        }
        wakeUp.wake()
    }

    /// Ends the thread.
    package func stop() {
        let thread = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        shared.withLock { $0.isStopping = true }
        wakeUp.wake()
        thread?.join()
    }

    private var isStopping: Bool { shared.withLock { $0.isStopping } }

    private func run() {
        var pause = Self.shortestPauseMilliseconds
        var lastProblem = ""
        while !isStopping {
            do throws(FileFailure) {
                let socket = try BlockingSocket(
                    coordinator,
                    timeoutMilliseconds: Self.connectTimeoutMilliseconds
                )
                note("linked to the coordinator at \(coordinator)")
                lastProblem = ""
                pause = Self.shortestPauseMilliseconds
                try converse(socket)
            } catch {
                if error.description != lastProblem { note(error.description) }
                lastProblem = error.description
            }
            // What it said may be over by now.
            onUnavailable([])
            guard !isStopping else { return }
            // What was to be proposed over a broken link is proposed again if it is still wanted.
            shared.withLock { $0.proposals.removeAll() }
            wakeUp.wait(milliseconds: pause)
            pause = min(pause * 2, Self.longestPauseMilliseconds)
        }
    }

    /// Exchanges messages until the connection breaks.
    private func converse(_ socket: BlockingSocket) throws(FileFailure) {
        var reader = CoordinatorMessageReader()
        var number: UInt64 = 0
        var lastHeard = ordeal_boottime_nanoseconds()
        var nextHeartbeat = lastHeard
        try send(.greeting(version: CoordinatorMessage.version, node), over: socket)
        while !isStopping {
            let now = ordeal_boottime_nanoseconds()
            if now >= nextHeartbeat {
                number += 1
                try send(.heartbeat(number, currentStatus(at: now)), over: socket)
                nextHeartbeat = now + Self.heartbeatIntervalMilliseconds * 1_000_000
            }
            for proposal in takeProposals() { try send(.proposal(proposal), over: socket) }
            let left = Int32((nextHeartbeat - min(now, nextHeartbeat)) / 1_000_000) + 1
            socket.waitForInput(or: wakeUp, milliseconds: left)
            let bytes = try socket.receive(upTo: 64 << 10)
            if bytes.isEmpty {
                guard now < lastHeard + Self.silenceLimitNanoseconds else {
                    throw FileFailure("hear", "the coordinator", reason: "it does not answer")
                }
                continue
            }
            lastHeard = ordeal_boottime_nanoseconds()
            reader.append(bytes)
            try handle(&reader)
        }
    }

    private func handle(_ reader: inout CoordinatorMessageReader) throws(FileFailure) {
        do throws(CoordinatorMessageReader.Malformed) {
            while let message = try reader.next() {
                switch message {
                case .map(let map): onMap(map)
                case .unavailable(let groups): onUnavailable(groups)
                case .refusal(let reason, let isFinal):
                    turnedAway(reason, isFinal: isFinal)
                    return
                case .heartbeatAnswer: shared.withLock { $0.refusedSince = nil }
                case .greeting, .heartbeat, .proposal, .admin, .adminAnswer: break
                }
            }
        } catch {
            throw FileFailure("understand", "the coordinator", reason: "its message makes no sense")
        }
    }

    private func turnedAway(_ reason: String, isFinal: Bool) {
        let now = ordeal_boottime_nanoseconds()
        let since = shared.withLock { shared in
            let since = shared.refusedSince ?? now
            shared.refusedSince = since
            return since
        }
        let text = "the coordinator at \(coordinator) turned node \(node.value) away: \(reason)"
        if isFinal, shared.withLock({ $0.status.cluster != .none }) {
            // It took part until now, so ending is what was to come.
            onTurnedAway(
                .done(
                    "node \(node.value) was removed from its cluster, which needs nothing of it any more; "
                        + "it may join again with `keel admin add`, and an empty data directory"
                )
            )
        } else if isFinal {
            onTurnedAway(.usage(text))
        } else if now - since >= Self.refusalPatienceNanoseconds {
            onTurnedAway(.infrastructure(text))
        }
    }

    private func send(
        _ message: CoordinatorMessage,
        over socket: BlockingSocket
    ) throws(FileFailure) {
        try socket.send(message.encoded(), timeoutMilliseconds: Self.sendTimeoutMilliseconds)
    }

    private func takeProposals() -> [ShardProposal] {
        shared.withLock { shared in
            guard !shared.proposals.isEmpty else { return [] }
            defer { shared.proposals.removeAll(keepingCapacity: true) }
            return shared.proposals
        }
    }

    /// What the event loop last published, made older by the time since.
    private func currentStatus(at now: UInt64) -> NodeStatus {
        var (status, publishedAt) = shared.withLock { ($0.status, $0.publishedAt) }
        let age = now - min(now, publishedAt)
        status.loopSilence = age
        for index in status.impeded.indices {
            if status.impeded[index].leaseless > 0 { status.impeded[index].leaseless += age }
            if status.impeded[index].stuck > 0 { status.impeded[index].stuck += age }
        }
        if age > Self.newsLimitNanoseconds {
            status.vouched = []
            status.reaches = []
        }
        return status
    }
}
