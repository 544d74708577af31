internal import NIOCore
internal import Replication
internal import Topology

/// A node's beginning and end.
extension Node {
    /// Begins to serve once the listener is bound, and returns its port.
    func begin(listener: any Channel) -> Int {
        self.listener = listener
        port = listener.localAddress?.port ?? configuration.port
        if configuration.isStandalone { standAlone() }
        let interval = TimeAmount.nanoseconds(Int64(Timing().tick))
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        ticking = eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            bound.value.step(.tick)
        }
        return port
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
        if clients.count == 0 { finish() }
    }

    private func finish() {
        guard drained != nil else { return }
        membership?.stop()
        drained?.succeed()
        drained = nil
    }
}
