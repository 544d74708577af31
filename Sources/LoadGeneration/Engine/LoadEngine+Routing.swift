internal import Histories
internal import Sockets
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
            } else if requests[id].sentAt > now || !sendIfPossible(id) {
                park(id)
            }
        }
    }

    private func sendIfPossible(_ id: RequestID) -> Bool {
        let client = Int(requests[id].client)
        var node = Int(requests[id].askedNode)
        if node < 0 {
            guard let primary = view.primary(ofSlot: Int(requests[id].slot)) else {
                mapWanted = true
                return false
            }
            node = primary
        }
        let sent = links.withKnown(client: client, node: node) { link in
            sendIfPossible(id, over: link)
        }
        return sent ?? sendIfPossible(id, over: link(client: client, node: node))
    }

    private func sendIfPossible(_ id: RequestID, over link: NodeLink) -> Bool {
        guard link.acceptsRequests(despiteSilence: !canMove) else {
            connectIfClosed(link)
            return false
        }
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
        write(id, over: link)
        link.append(id, at: now)
        if !link.isDirty {
            link.isDirty = true
            dirty.append(link)
        }
        return true
    }

    /// Writes a request's commands, and expects all replies but the one that tells.
    private func write(_ id: RequestID, over link: NodeLink) {
        let kind = requests[id].kind
        if isPlain, kind == .read || kind == .update {
            let key = Int(requests[id].key)
            if kind == .read {
                return templates.writeGet(key: key, to: &link.connection.output)
            }
            let stamp = WriteStamp(
                writer: ledger.writers.lowerBound + UInt32(requests[id].client),
                sequence: requests[id].sequence
            )
            return templates.writeSet(key: key, stamp: stamp, to: &link.connection.output)
        }
        let request = requests[id]
        let details = requests.details(of: id)
        let replies = write(request, details, to: &link.connection.output)
        for _ in 1..<replies { link.append(RequestTable.partial, at: now) }
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
        guard !dirty.isEmpty else { return }
        var index = 0
        while index < dirty.count {
            dirty[index].isDirty = false
            dirty[index].connection.flush()
            index += 1
        }
        dirty.removeAll(keepingCapacity: true)
        if !isClosedLoop { loop.vigil?.sent(at: now) }
    }

    func link(client: Int, node: Int) -> NodeLink {
        if let known = links.withKnown(client: client, node: node, { $0 }) { return known }
        let link = NodeLink(client: client, node: node, engine: self)
        links.insert(link)
        return link
    }

    func forEachLink(_ body: (NodeLink) -> Void) {
        for link in links.all { body(link) }
    }

    func connectIfClosed(_ link: NodeLink) {
        guard case .closed(let until) = link.state, until <= now else { return }
        link.state = .connecting
        let endpoint = view.endpoints[link.node]
        link.connection.dial(endpoint.host, endpoint.port, timeout: limits.connect)
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
        let outstanding = link.closed(at: now)
        mapWanted = true
        for id in outstanding where id >= 0 {
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
