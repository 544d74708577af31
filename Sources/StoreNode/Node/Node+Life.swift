internal import Replication
internal import Sockets
internal import Topology

/// A node's beginning and end.
extension Node {
    /// Begins to serve at `address`.
    ///
    /// - Parameter then: called with the port; for a node that stands alone only when it does serve, since
    ///   a restarted one first lets the leases of its last life run out.
    func begin(
        at address: Endpoint,
        then: @escaping (Int) -> Void
    ) throws(StartFailure) {
        do throws(SocketFailure) {
            listener = try Listener(address.host, address.port, on: loop) { socket in
                ClientConnection.accept(socket, for: self)
            }
        } catch {
            throw StartFailure(listeningOn: address, error)
        }
        port = listener?.port ?? address.port
        // Until the node is released, the loop holds it.
        loop.onWake = { self.wake() }
        loop.onTurnEnd = { self.endTurns() }
        if configuration.isStandalone { standAlone() }
        tickLater()
        try join()
        guard configuration.isStandalone else { return then(port) }
        onService = { then(self.port) }
        noteService()
    }

    private func tickLater() {
        loop.onPace = {
            self.tick()
            self.loop.paceAt = monotonicNow() + Int64(Timing().tick)
        }
        loop.paceAt = loop.now + Int64(Timing().tick)
    }

    /// What comes round every few milliseconds, all of it in one task: each has a price of its own.
    private func tick() {
        step(.tick)
        sendWhatWaits()
        noteService()
        noteLogLength()
        compaction?.tick(node: self)
        membership?.publish()
    }

    /// Notices when a node that stands alone serves every shard.
    func noteService() {
        guard let onService, summary.leased == configuration.shardCount else { return }
        self.onService = nil
        onService()
    }

    /// Promotes the node to the primary of every shard, in a term that its log has not seen.
    private func standAlone() {
        step(.map(.standalone(configuration, identity: identity, port: port, term: nil)))
        let term = summary.highestTerm.next
        step(.map(.standalone(configuration, identity: identity, port: port, term: term)))
    }

    /// Stops accepting and hands out no more promises, closes each connection once its commands in
    /// flight are answered, and at the latest after `limit` nanoseconds.
    func drain(within limit: Int64, then: @escaping () -> Void) {
        onDrained = then
        listener?.close()
        for client in clients.connections { client.end() }
        step(.stop)
        loop.at(monotonicNow() + limit) { self.finish() }
        clientLeft()
    }

    /// Ends the drain when the last client has left.
    func clientLeft() {
        guard onDrained != nil, clients.count == 0 else { return }
        finish()
    }

    private func finish() {
        guard let onDrained else { return }
        self.onDrained = nil
        onService = nil
        membership?.stop()
        onDrained()
    }

    /// Lets go of everything but the log, which is returned: it has yet to be closed.
    func release() -> LogWriter? {
        defer { (compaction, log, membership) = (nil, nil, nil) }
        forgetClients()
        loop.paceAt = .max
        (loop.onPace, loop.onTurnEnd, loop.onWake) = ({}, {}, {})
        listener = nil
        outlets = Outlets()
        return log
    }
}
