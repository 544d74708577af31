internal import Foundation
internal import Histories
internal import NIOCore
internal import NIOPosix
internal import Workloads

/// How requests find their way to a node.
extension LoadEngine {
    /// Sends a request to its slot's primary, or parks it until that can take it.
    func route(_ id: RequestID) {
        if !sendIfPossible(id) { park(id) }
    }

    func park(_ id: RequestID) {
        parked.append(id)
    }

    /// Tries every parked request again; what has waited too long ends.
    func retryParked() {
        guard !parked.isEmpty else { return }
        var waiting: [RequestID] = []
        swap(&waiting, &parked)
        for id in waiting {
            if isOverdue(id) {
                expire(id)
            } else if requests[id].pausedUntil > now || !sendIfPossible(id) {
                park(id)
            }
        }
    }

    private func sendIfPossible(_ id: RequestID) -> Bool {
        let request = requests[id]
        guard let node = view.primary(ofSlot: Int(request.slot)) else {
            mapWanted = true
            return false
        }
        let link = link(client: Int(request.client), node: node)
        guard link.acceptsRequests else {
            connectIfClosed(link)
            return false
        }
        send(id, over: link)
        return true
    }

    private func send(_ id: RequestID, over link: NodeLink) {
        requests[id].sentAt = now
        if requests[id].firstSentAt == 0 {
            requests[id].firstSentAt = now
            recordInvocation(id)
        }
        let replies = write(requests[id], to: &link.output)
        for _ in 1..<replies { link.append(RequestTable.partial, at: now) }
        link.append(id, at: now)
        if !link.isDirty {
            link.isDirty = true
            dirty.append(link)
        }
    }

    /// Gives a parked request up.
    ///
    /// It is not under way anywhere: a write did not happen, a read may have been asked for in vain.
    private func expire(_ id: RequestID) {
        let request = requests[id]
        switch request.reason {
        case FailureNames.connectionLost, FailureNames.primaryMoved:
            settle(id, .unknown, reason: request.reason)
        default:
            settle(id, .failed, reason: request.reason)
        }
    }

    /// Writes out what has gathered; one system call a link, however many requests.
    func flush() {
        var index = 0
        while index < dirty.count {
            dirty[index].isDirty = false
            dirty[index].flush()
            index += 1
        }
        dirty.removeAll(keepingCapacity: true)
    }

    func link(client: Int, node: Int) -> NodeLink {
        if node < links[client].count, let known = links[client][node] { return known }
        let missing = node + 1 - links[client].count
        if missing > 0 { links[client].append(contentsOf: Array(repeating: nil, count: missing)) }
        let link = NodeLink(client: client, node: node)
        links[client][node] = link
        return link
    }

    func forEachLink(_ body: (NodeLink) -> Void) {
        for client in links.indices {
            for link in links[client] {
                if let link { body(link) }
            }
        }
    }

    func connectIfClosed(_ link: NodeLink) {
        guard case .closed(let until) = link.state, until <= now else { return }
        link.state = .connecting
        let bound = NIOLoopBound((link: link, engine: self), eventLoop: loop)
        let connection = ClientBootstrap(group: loop)
            .connectTimeout(.nanoseconds(limits.connect))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                discardOnClose(channel)
                return channel.eventLoop.makeCompletedFuture {
                    let (link, engine) = bound.value
                    try channel.pipeline.syncOperations.addHandler(
                        NodeLinkHandler(link: link, engine: engine)
                    )
                }
            }
            .connect(to: view.endpoints[link.node])
        connection.assumeIsolated().whenFailure { _ in self.connectFailed(link) }
    }

    private func connectFailed(_ link: NodeLink) {
        now = monotonicNow()
        guard case .connecting = link.state else { return }
        link.connectFailed(at: now)
        mapWanted = true
        for id in parked
        where requests[id].reason == FailureNames.notSent
            && Int(requests[id].client) == link.client
            && view.primary(ofSlot: Int(requests[id].slot)) == link.node
        {
            requests[id].reason = FailureNames.unreachable
        }
    }

    func linkOpened(_ link: NodeLink) {
        now = monotonicNow()
        if link.openedCount > 1 { reconnections += 1 }
        retryParked()
        flush()
    }

    /// What was under way has no answer: a read is asked again, a write is unknown.
    func linkClosed(_ link: NodeLink) {
        now = monotonicNow()
        guard case .open = link.state else { return }
        var outstanding = link.outstanding
        link.closed(at: now)
        mapWanted = true
        while let id = outstanding.popFirst() {
            guard id >= 0 else { continue }
            giveUp(id, reason: FailureNames.connectionLost)
        }
        retryParked()
        flush()
    }

    /// Stops waiting for an answer: nobody can know what became of a write; a read may go again.
    func giveUp(_ id: RequestID, reason: UInt8) {
        if requests[id].kind.isWrite {
            settle(id, .unknown, reason: reason)
        } else {
            requests[id].reason = reason
            park(id)
        }
    }
}

/// Makes the closing of a connection discard what the other end has not received.
///
/// The kernel otherwise goes on sending it: a write that was given up during a cut would reach the
/// node after the cut, and undo the later writes of its key that came on the next connection.
private func discardOnClose(_ channel: any Channel) {
    let now = linger(l_onoff: 1, l_linger: 0)
    // A channel that has no such option carries no request that could come late.
    _ = (channel as? any SocketOptionProvider)?.setSoLinger(now)
}
