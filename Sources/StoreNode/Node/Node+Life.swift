internal import NIOCore
internal import Replication
internal import Topology

/// A node's beginning and end.
extension Node {
    /// Begins to serve once the listener is bound, and returns its port: for a node that stands alone
    /// only when it does serve, since a restarted one first lets the leases of its last life run out.
    func begin(listener: any Channel) -> EventLoopFuture<Int> {
        self.listener = listener
        port = listener.localAddress?.port ?? configuration.port
        if configuration.isStandalone { standAlone() }
        let interval = TimeAmount.nanoseconds(Int64(Timing().tick))
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        ticking = eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            bound.value.tick()
        }
        guard configuration.isStandalone else { return eventLoop.makeSucceededFuture(port) }
        let serving = eventLoop.makePromise(of: Int.self)
        self.serving = serving
        noteService()
        return serving.futureResult
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
        guard let serving, summary.leased == configuration.shardCount else { return }
        self.serving = nil
        serving.succeed(port)
    }

    /// Promotes the node to the primary of every shard, in a term that its log has not seen.
    private func standAlone() {
        step(.map(.standalone(configuration, identity: identity, port: port, term: nil)))
        let term = summary.highestTerm.next
        step(.map(.standalone(configuration, identity: identity, port: port, term: term)))
    }

    /// Stops accepting and hands out no more promises, closes each connection once its commands in
    /// flight are answered, and at the latest after `limit`.
    func drain(within limit: TimeAmount) -> EventLoopFuture<Void> {
        let drained = eventLoop.makePromise(of: Void.self)
        self.drained = drained
        listener?.close(promise: nil)
        for client in clients.connections { client.end() }
        step(.stop)
        eventLoop.assumeIsolated().scheduleTask(in: limit) { self.finish() }
        clientLeft()
        return drained.futureResult
    }

    /// Ends the drain when the last client has left.
    func clientLeft() {
        guard drained != nil, clients.count == 0 else { return }
        finish()
    }

    private func finish() {
        guard drained != nil else { return }
        membership?.stop()
        serving?.fail(ChannelError.ioOnClosedChannel)
        serving = nil
        drained?.succeed()
        drained = nil
    }
}
