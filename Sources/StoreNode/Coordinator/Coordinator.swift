internal import Coordination
internal import NIOCore
internal import NIOPosix
internal import Topology

/// One coordinator: the core that decides, and what carries out its decisions.
///
/// Everything but the store lives on one event loop.
final class Coordinator {
    private var core: CoordinatorCore
    private let store: any MapStore
    /// One thread, so that maps are stored in their order.
    private let storeThread: NIOThreadPool
    private let eventLoop: any EventLoop
    private let clock = NodeClock()
    private let onNote: (String) -> Void
    private let onStop: (String) -> Void
    /// Those that said which node they are of, at most one for each.
    private var connections: [CoordinatorConnection] = []
    private var openConnections = 0
    /// Operators that wait for an answer, by the number of their command.
    private var asking: [UInt64: CoordinatorConnection] = [:]
    private var askedCount: UInt64 = 0
    private var lastTurnedAway = ""
    /// What was last told of unavailable shards.
    private var toldComplaints: UInt64 = 0
    private var effects: [CoordinatorEffect] = []
    private var queuedEvents: [CoordinatorEvent] = []
    private var isStepping = false
    private var listener: (any Channel)?
    private var ticking: RepeatedTask?

    /// Five heartbeats, nanoseconds: a process that was heard since is still there.
    private static let presenceLimit: UInt64 = 200_000_000
    /// More connections than any cluster has nodes are somebody else's.
    private static let connectionLimit = 2 * ClusterMap.nodeLimit

    /// - Parameters:
    ///   - onNote: takes lines for the coordinator's log.
    ///   - onStop: called when it must not decide anything any more, with the reason.
    init(
        core: CoordinatorCore,
        store: any MapStore,
        storeThread: NIOThreadPool,
        eventLoop: any EventLoop,
        onNote: @escaping (String) -> Void,
        onStop: @escaping (String) -> Void
    ) {
        self.core = core
        self.store = store
        self.storeThread = storeThread
        self.eventLoop = eventLoop
        self.onNote = onNote
        self.onStop = onStop
    }

    /// Accepts nodes; returns the port.
    func listen(on address: Endpoint, tick: UInt64) -> EventLoopFuture<Int> {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        return ServerBootstrap(group: eventLoop)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = try bound.value.accept()
                    try channel.pipeline.syncOperations.addHandler(connection)
                }
            }
            .bind(host: address.host, port: address.port)
            .map { channel in
                bound.value.begin(channel, tick: .nanoseconds(Int64(tick)))
                return channel.localAddress?.port ?? address.port
            }
    }

    /// Hands an event to the core, and carries out what it decides, in order.
    func step(_ event: CoordinatorEvent) {
        queuedEvents.append(event)
        guard !isStepping else { return }
        isStepping = true
        while !queuedEvents.isEmpty {
            core.step(queuedEvents.removeFirst(), at: clock.now, into: &effects)
            let effects = effects
            self.effects.removeAll()
            for effect in effects { carryOut(effect) }
        }
        isStepping = false
        tellUnavailable()
    }

    /// Tells the nodes why shards stay unavailable, where that has become another.
    private func tellUnavailable() {
        guard core.complaintCount != toldComplaints else { return }
        toldComplaints = core.complaintCount
        let groups = core.unavailable
        for connection in connections { connection.send(.unavailable(groups)) }
    }

    /// Decides nothing any more and lets go of the nodes.
    func close() {
        ticking?.cancel()
        listener?.close(promise: nil)
        for connection in connections { connection.close() }
    }

    func note(_ text: String) { onNote(text) }

    var now: Instant { clock.now }

    func isMember(_ node: NodeID) -> Bool { core.isMember(node) }

    /// Says that a node is turned away: once, however often it asks.
    func turnedAway(_ node: NodeID, _ reason: String) {
        let text = "a process that calls itself \(node) is turned away: \(reason)"
        if text != lastTurnedAway { note(text) }
        lastTurnedAway = text
    }

    /// Why a process may not speak for a node: another one does, and was heard just now.
    func objection(to node: NodeID, _ boot: BootID) -> String? {
        let now = clock.now
        let other = connections.first { $0.node == node && $0.boot != boot }
        guard let other, now.since(other.heardAt) < Self.presenceLimit else { return nil }
        return "another process is \(node) already; end that one first, or give this one a number "
            + "of its own"
    }

    func entered(_ connection: CoordinatorConnection, _ node: NodeID) {
        // The node gave its old connection up; what still arrives over it is out of date.
        for old in connections where old.node == node { old.close() }
        connections.removeAll { $0.node == node }
        connections.append(connection)
        let groups = core.unavailable
        if !groups.isEmpty { connection.send(.unavailable(groups)) }
    }

    func left(_ connection: CoordinatorConnection) {
        openConnections -= 1
        connections.removeAll { $0 === connection }
        asking = asking.filter { $0.value !== connection }
    }

    /// Passes an operator's command on; its answer goes to the connection.
    func ask(_ command: AdminCommand, for connection: CoordinatorConnection) {
        askedCount += 1
        asking[askedCount] = connection
        step(.admin(askedCount, command))
    }

    private func accept() throws -> CoordinatorConnection {
        guard openConnections < Self.connectionLimit else { throw ChannelError.ioOnClosedChannel }
        openConnections += 1
        return CoordinatorConnection(coordinator: self)
    }

    private func begin(_ listener: any Channel, tick: TimeAmount) {
        self.listener = listener
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        ticking = eventLoop.scheduleRepeatedTask(initialDelay: tick, delay: tick) { _ in
            bound.value.step(.tick)
        }
    }

    private func carryOut(_ effect: CoordinatorEffect) {
        switch effect {
        case .store(let map): save(map)
        case .announce(let map, let node):
            for connection in connections where node == nil || connection.node == node {
                connection.send(.map(map))
            }
        case .answer(let number, let answer):
            asking.removeValue(forKey: number)?.send(.adminAnswer(answer))
        case .note(let text): onNote(text)
        case .stop(let reason):
            ticking?.cancel()
            onStop(reason)
        }
    }

    private func save(_ map: ClusterMap) {
        let store = store
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        storeThread.runIfActive(eventLoop: eventLoop) { () -> FileFailure? in
            do throws(FileFailure) {
                try store.store(map)
                return nil
            } catch {
                return error
            }
        }.whenComplete { result in
            switch result {
            case .success(nil): bound.value.step(.stored(map.epoch))
            case .success(let failure?):
                bound.value.step(.storeFailed(failure.description))
            case .failure: break
            }
        }
    }
}
