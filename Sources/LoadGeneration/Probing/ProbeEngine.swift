internal import Histories
internal import Sockets

/// One probe under way.
final class ProbeAttempt {
    let target: Int
    let sentAt: Int64
    var redirections = 0
    var isOver = false
    /// The bytes are on their way: from now on it may have happened.
    var wasSent = false
    /// The node it waits for, and the connection once there is one.
    var node = 0
    var connection: ProbeConnection?

    init(target: Int, sentAt: Int64) {
        self.target = target
        self.sentAt = sentAt
    }
}

/// Sends the probes and follows the cluster's map; confined to its loop.
final class ProbeEngine {
    private(set) var samples: [ProbeSample] = []

    private let targets: [ProbeTarget]
    private let interval: Int64
    private let timeout: Int64
    private let dialler: Dialler
    private let loop: SocketLoop
    private var view: ClusterView
    /// All that there are, idle or not: the loop does not keep them.
    private var connections: [ProbeConnection] = []
    private var idle: [[ProbeConnection]] = []
    private var underWay: [ProbeAttempt] = []
    private var nextRound: Int64 = 0
    private var mapAskedAt: Int64 = 0
    private var mapNextNode = 0
    private var isStopped = false

    /// A probe without an answer for so long makes the prober ask another node for the map.
    private static let stuckAfter: Int64 = 100_000_000
    private static let mapInterval: Int64 = 20_000_000
    private static let mapTimeout = Int64(250_000_000)
    /// More are closed: they are left over from an outage.
    private static let idleLimit = 4
    private static let redirectionLimit = 3

    init(
        targets: [ProbeTarget],
        endpoints: [Endpoint],
        map: [SlotRange],
        interval: Int64,
        timeout: Int64,
        dialler: Dialler
    ) {
        self.targets = targets
        self.interval = max(1_000_000, interval)
        self.timeout = timeout
        self.dialler = dialler
        loop = dialler.loop
        view = ClusterView(endpoints: endpoints)
        view.apply(map)
    }

    func start() {
        nextRound = monotonicNow()
        round()
    }

    func stop() -> [ProbeSample] {
        isStopped = true
        for attempt in underWay { finish(attempt, attempt.wasSent ? .unknown : .failed) }
        connections.forEach { $0.close() }
        return samples
    }

    private func round() {
        guard !isStopped else { return }
        let now = monotonicNow()
        dropOverdue(at: now)
        for target in targets.indices { probe(target, at: now) }
        // A late round is not made up for: probes are evenly spaced or missing, never bunched.
        while nextRound <= now { nextRound += interval }
        loop.at(nextRound) { [weak self] in self?.round() }
    }

    private func dropOverdue(at now: Int64) {
        for attempt in underWay where now - attempt.sentAt >= timeout {
            finish(attempt, attempt.wasSent ? .unknown : .failed)
        }
        if underWay.contains(where: { now - $0.sentAt >= Self.stuckAfter }) { askForMap(at: now) }
    }

    private func probe(_ target: Int, at now: Int64) {
        let attempt = ProbeAttempt(target: target, sentAt: now)
        underWay.append(attempt)
        guard let node = view.primary(ofSlot: targets[target].slot) else {
            askForMap(at: now)
            return finish(attempt, .failed)
        }
        send(attempt, to: node)
    }

    private func send(_ attempt: ProbeAttempt, to node: Int) {
        attempt.node = node
        while idle.count <= node { idle.append([]) }
        if let connection = idle[node].popLast() {
            write(attempt, over: connection)
        } else {
            connect(attempt, to: node)
        }
    }

    private func write(_ attempt: ProbeAttempt, over connection: ProbeConnection) {
        attempt.connection = connection
        attempt.wasSent = true
        let key = targets[attempt.target].key
        connection.send(attempt, command: ["SET", key, "\(attempt.sentAt)"])
    }

    private func connect(_ attempt: ProbeAttempt, to node: Int) {
        let connection = ProbeConnection(node: node, engine: self, dialler: dialler)
        attempt.connection = connection
        connections.append(connection)
        connection.dial(view.endpoints[node], for: attempt, timeout: timeout)
    }

    /// A connection stands, for an attempt that may have run out of time meanwhile.
    func connected(_ connection: ProbeConnection, for attempt: ProbeAttempt?) {
        guard let attempt, !attempt.isOver else { return release(connection) }
        write(attempt, over: connection)
    }

    /// An answer; `error` is the message of an error reply.
    func answered(_ attempt: ProbeAttempt, error: String?) {
        let connection = attempt.connection
        attempt.connection = nil
        if let connection { release(connection) }
        guard let error else { return finish(attempt, .ok) }
        let host = view.endpoints[attempt.node].host
        guard case .moved(let slot, let endpoint) = ErrorReply(error, from: host) else {
            askForMap(at: monotonicNow())
            return finish(attempt, .failed)
        }
        let node = view.node(at: endpoint)
        view.setPrimary(node, ofSlot: slot)
        attempt.redirections += 1
        attempt.wasSent = false
        guard attempt.redirections <= Self.redirectionLimit, !isStopped else {
            return finish(attempt, .failed)
        }
        send(attempt, to: node)
    }

    func lost(_ connection: ProbeConnection, during attempt: ProbeAttempt?) {
        if connection.node < idle.count { idle[connection.node].removeAll { $0 === connection } }
        connections.removeAll { $0 === connection }
        guard let attempt, !attempt.isOver else { return }
        attempt.connection = nil
        askForMap(at: monotonicNow())
        finish(attempt, attempt.wasSent ? .unknown : .failed)
    }

    private func release(_ connection: ProbeConnection) {
        guard !isStopped, idle[connection.node].count < Self.idleLimit else {
            connections.removeAll { $0 === connection }
            return connection.close()
        }
        idle[connection.node].append(connection)
    }

    private func finish(_ attempt: ProbeAttempt, _ outcome: Outcome) {
        guard !attempt.isOver else { return }
        attempt.isOver = true
        underWay.removeAll { $0 === attempt }
        samples.append(
            ProbeSample(
                initialPrimary: targets[attempt.target].initialPrimary,
                sentAt: attempt.sentAt,
                completedAt: monotonicNow(),
                outcome: outcome
            )
        )
        // What is stuck stays stuck; the next probe has another connection.
        guard let connection = attempt.connection else { return }
        connection.close()
        connections.removeAll { $0 === connection }
    }

    /// Asks the next node that no probe waits for in vain.
    private func askForMap(at now: Int64) {
        guard !isStopped, now - mapAskedAt >= Self.mapInterval else { return }
        mapAskedAt = now
        let stuck = underWay.filter { now - $0.sentAt >= Self.stuckAfter }.map(\.node)
        let count = view.endpoints.count
        let candidates = (0..<count).map { (mapNextNode + $0) % count }
        let node = candidates.first { !stuck.contains($0) } ?? mapNextNode % count
        mapNextNode = (node + 1) % count
        let endpoint = view.endpoints[node]
        OneCommand.clusterSlots(of: endpoint, over: dialler, timeout: Self.mapTimeout) { answer in
            if case .success(let ranges) = answer { self.view.apply(ranges) }
        }
    }
}
