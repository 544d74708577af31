internal import Coordination
internal import RESP
internal import Replication
internal import Sockets
internal import Storage
internal import Topology

/// One node: the core that decides, and what carries out its decisions.
///
/// All of it lives on one loop, as Redis lives on one thread. Time-critical duties that must not
/// wait for that loop, heartbeats and the disk, have threads of their own.
final class Node {
    let configuration: NodeConfiguration
    let identity: NodeIdentity
    let clock = NodeClock()
    let startedAt: Instant
    let loop: SocketLoop
    /// What other threads have for this node.
    let mailbox: Mailbox<Node>
    private let reports: PersistedReports
    /// The port that clients reach it at; known once it listens.
    var port: Int
    /// The coordinator that it listens to; nil while it looks for one.
    var coordinator: Endpoint?
    /// The newest map that the coordinator announced.
    private(set) var map: ClusterMap?
    /// Which shards stay unavailable and why, as the coordinator said last.
    var unavailable: [UnavailableShards] = []
    var statistics = NodeStatistics()
    var clients = ClientTable()
    var outlets = Outlets()
    /// Nil under `memory`.
    var log: LogWriter?
    /// Nil where there is no log.
    var compaction: LogCompaction?
    /// Whether the disk is so far behind that no more writes are taken; looked at once a turn.
    private(set) var isLogFull = false
    /// Nil where it stands alone.
    var membership: ClusterMembership?
    var listener: Listener?
    /// Called when a node that stands alone serves.
    var onService: (() -> Void)?
    /// Called when a node that was asked to stop has answered what was in flight.
    var onDrained: (() -> Void)?

    private(set) var core: NodeCore
    private var effects: [Effect] = []
    private var queuedEvents: [Event] = []
    private var isStepping = false
    private var isEndOfTurnWanted = false
    private var isCoreFlushWanted = false
    /// Whether entries have waited for the log long enough.
    private var isCoreFlushDue = false
    /// Whether something was persisted or sent in this turn.
    private var isOutletFlushWanted = false
    /// Connections that have replies to send when the turn ends.
    private var answered: [ClientConnection] = []
    private(set) var shardShift: Int

    init(
        configuration: NodeConfiguration,
        core: NodeCore,
        loop: SocketLoop,
        reports: PersistedReports
    ) {
        self.configuration = configuration
        identity = core.identity
        self.core = core
        self.loop = loop
        self.reports = reports
        mailbox = Mailbox(loop.waker)
        startedAt = clock.now
        port = configuration.port
        shardShift = Self.shift(shardCount: configuration.shardCount)
    }
}

/// Where a node's effects go; what is not connected drops them, as a cut cable would.
struct Outlets {
    var send: (NodeID, PeerMessage) -> Void = { _, _ in }
    var propose: (ShardProposal) -> Void = { _ in }
    /// Called when a turn of the loop ends in which something was sent.
    var endTurn: () -> Void = {}
    /// A line for the node's log.
    var note: (String) -> Void = { _ in }
}

// MARK: The one door

extension Node {
    /// Hands an event to the core, and carries out what it decides, in order.
    func step(_ event: Event) {
        guard !isStepping else {
            queuedEvents.append(event)
            return
        }
        isStepping = true
        if case .map(let map) = event { learn(map) }
        core.step(event, at: clock.now, into: &effects)
        carryOutEffects()
        while !queuedEvents.isEmpty {
            let events = queuedEvents
            queuedEvents.removeAll(keepingCapacity: true)
            for event in events {
                if case .map(let map) = event { learn(map) }
                core.step(event, at: clock.now, into: &effects)
                carryOutEffects()
            }
        }
        isStepping = false
    }

    /// Ends what a client watches.
    func unwatch(_ ticket: WatchTicket) { core.unwatch(ticket) }

    private func learn(_ map: ClusterMap) {
        if let known = self.map, known.epoch >= map.epoch { return }
        self.map = map
        shardShift = Self.shift(shardCount: map.shards.count)
    }

    private func carryOutEffects() {
        for effect in effects { carryOut(effect) }
        effects.removeAll(keepingCapacity: true)
    }

    private func carryOut(_ effect: Effect) {
        switch effect {
        case .reply(let token, let reply):
            guard let (client, number) = clients[token] else {
                if case .watching(let ticket) = reply { unwatch(ticket) }
                return
            }
            client.answer(number, reply)
        case .show(let token, let reply, let until):
            // Looked at after the reply was read: the process may have stood still in between.
            let isLate = clock.now >= until
            carryOut(isLate ? .refuse(token, .unavailable(.noLease)) : .reply(token, reply))
        case .refuse(let token, let refusal):
            guard let (client, number) = clients[token] else { return }
            let slot = client.replies.waitingSlot(number) ?? 0
            client.answer(number, refusal: message(refusal, slot: slot))
        case .abandon(let token):
            // The place may be another client's by now.
            guard let (client, number) = clients[token],
                client.replies.waitingSlot(number) != nil
            else { return }
            client.abandon()
        case .persist(let sequence, let record):
            log?.append(upTo: sequence) { $0.append(record) }
            isOutletFlushWanted = true
            isEndOfTurnWanted = true
        case .send(let peer, let message):
            outlets.send(peer, message)
            isOutletFlushWanted = true
            isEndOfTurnWanted = true
        case .sendRead(let peer, let message, let until):
            if clock.now < until { carryOut(.send(to: peer, message)) }
        case .propose(let proposal): outlets.propose(proposal)
        case .requestFlush:
            isCoreFlushWanted = true
            isEndOfTurnWanted = true
        case .note(let text): outlets.note(text)
        }
    }

    /// Whatever needs it, the turn ends once, after all of its sockets: so one write to the disk, one to
    /// each peer and one to each client carry all that the turn decided.
    func endTurns() {
        while isEndOfTurnWanted { endTurn() }
    }

    /// Looks at what other threads have left.
    func wake() {
        if let sequence = reports.take() {
            step(.persisted(upTo: sequence))
            sendWhatWaits()
            noteService()
        }
        mailbox.deliver(to: self)
    }

    private func endTurn() {
        isEndOfTurnWanted = false
        // While the disk is at a batch, what comes gathers for the next one, and for the peers: their
        // disks are as busy, and a message costs as much as many entries. Both leave together.
        let isLogBusy = log?.flush() ?? false
        if isCoreFlushWanted, !isLogBusy || isCoreFlushDue || core.isFlushUrgent {
            isCoreFlushWanted = false
            step(.flush)
        }
        isCoreFlushDue = false
        if isOutletFlushWanted {
            isOutletFlushWanted = false
            noteLogLength()
            outlets.endTurn()
        }
        flushAnswered()
    }

    /// Lets entries go that wait for the log: it is done with a batch, or takes long.
    func sendWhatWaits() {
        guard log != nil else { return }
        isCoreFlushDue = true
        isEndOfTurnWanted = true
    }

    /// Notices whether the log falls behind, or has caught up.
    func noteLogLength() {
        isLogFull = log?.isFull ?? false
    }

    /// The core's figures of this moment.
    var summary: NodeCore.Summary { core.summary(at: clock.now) }

    /// Sends the client's replies when the turn ends.
    func wantsFlush(_ client: ClientConnection) {
        answered.append(client)
        isEndOfTurnWanted = true
    }

    /// Lets go of the clients.
    func forgetClients() {
        for client in clients.connections { client.leave() }
        clients = ClientTable()
        answered = []
    }

    /// Sends the replies of every connection that has some; those that go on with commands which had
    /// to wait may add themselves again.
    private func flushAnswered() {
        var index = 0
        while index < answered.count {
            answered[index].flushReplies()
            index += 1
        }
        answered.removeAll(keepingCapacity: true)
    }
}
