internal import Histories
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
        let asked = request.askedNode >= 0 ? Int(request.askedNode) : nil
        guard let node = asked ?? view.primary(ofSlot: Int(request.slot)) else {
            mapWanted = true
            return false
        }
        let link = link(client: Int(request.client), node: node)
        guard link.acceptsRequests(despiteSilence: !canMove) else {
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
            if history != nil { recordInvocation(id) }
        }
        if requests[id].askedNode >= 0 {
            requests[id].askedNode = -1
            link.connection.output.append(command: ["ASKING"])
            link.append(RequestTable.partial, at: now)
        }
        let replies = write(requests[id], to: &link.connection.output)
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
        takeTurns()
        var index = 0
        while index < dirty.count {
            dirty[index].isDirty = false
            dirty[index].connection.flush()
            index += 1
        }
        dirty.removeAll(keepingCapacity: true)
    }

    func link(client: Int, node: Int) -> NodeLink {
        if let known = links.known(client: client, node: node) { return known }
        let link = NodeLink(client: client, node: node, engine: self)
        links.insert(link)
        return link
    }

    func forEachLink(_ body: (NodeLink) -> Void) {
        links.forEach(body)
    }

    func connectIfClosed(_ link: NodeLink) {
        guard case .closed(let until) = link.state, until <= now else { return }
        link.state = .connecting
        link.connection.dial(view.endpoints[link.node], timeout: limits.connect)
    }

    func connectFailed(_ link: NodeLink, _ end: ConnectionEnd) {
        now = monotonicNow()
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

    /// Wrong credentials do not get better; during the load they are a connection that failed.
    func greetingRefused(_ link: NodeLink, _ message: String) {
        link.connection.close()
        if phase == .preparing || phase == .insert {
            onFinished("the server refuses the connection: \(message)")
        } else {
            connectFailed(link, .lost)
        }
    }

    func linkOpened(_ link: NodeLink) {
        now = monotonicNow()
        if link.openedCount > 1 { reconnections += 1 }
        if phase == .preparing { return dialNext() }
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
        if requests[id].kind.isWrite || !configuration.limits.retries {
            settle(id, .unknown, reason: reason)
        } else {
            requests[id].reason = reason
            park(id)
        }
    }
}
