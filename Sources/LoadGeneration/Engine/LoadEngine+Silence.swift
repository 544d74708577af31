internal import Histories
internal import RESP
internal import Sockets

/// What the engine does when nothing comes: watches the links, asks for the map, gives up.
extension LoadEngine {
    /// How often links are looked at: silence and pauses are noticed this much late.
    static let tickInterval: Int64 = 10_000_000
    /// Between two questions for the map.
    private static let mapInterval: Int64 = 50_000_000
    /// A node that has not said its map by then is as good as silent.
    private static let mapTimeout = Int64(250_000_000)

    /// Between two looks at whether a node answers others.
    private static let doubtInterval: Int64 = 100_000_000
    /// How long a node that answers others may leave a connection without an answer.
    private static let doubtGrace: Int64 = 200_000_000

    func tick() {
        guard phase != .finished else { return }
        now = monotonicNow()
        at(now + Self.tickInterval) { self.tick() }
        var anyIsSilent = false
        forEachLink { link in
            watch(link)
            anyIsSilent = anyIsSilent || link.isSilent
        }
        retryParked()
        flush()
        history?.flushIfDue(at: now)
        if phase == .preparing, view.hasAllSlots { connectEverywhere() }
        if mapWanted || anyIsSilent || !parked.isEmpty { askForMap() }
        drainIfDone()
    }

    private func watch(_ link: NodeLink) {
        guard !link.outstanding.isEmpty, link.isOpen else { return }
        link.isSilent = now - link.waitingSince > limits.silence
        giveUpOverdue(link)
        if link.isSilent, now - link.waitingSince > limits.request { doubt(link) }
    }

    /// Gives up what was sent too long ago; the places stay, for the late answers.
    ///
    /// The connection stays too. A node that was only paused will still execute what it was sent; a
    /// later write of the same key follows on the same connection, and so cannot overtake it.
    private func giveUpOverdue(_ link: NodeLink) {
        for offset in 0..<link.outstanding.count {
            let id = link.outstanding[offset]
            guard id >= 0 else { continue }
            guard requests[id].sentAt < now - limits.request else { return }
            link.outstanding[offset] = RequestTable.none
            settle(id, .unknown, reason: FailureNames.timeout)
        }
    }

    /// Closes a link whose node answers others and yet not this link: the node was started anew, and
    /// nobody told this end of the connection.
    private func doubt(_ link: NodeLink) {
        guard now - link.doubtedAt > Self.doubtInterval else { return }
        link.doubtedAt = now
        let connection = link.openedCount
        let node = view.endpoints[link.node]
        OneCommand.send(["PING"], to: node, over: dialler, timeout: Self.mapTimeout) { answer in
            guard case .success = answer else { return }
            // A node that has just woken up needs a moment for the older connection.
            self.at(monotonicNow() + Self.doubtGrace) {
                guard link.isSilent, link.openedCount == connection, link.isOpen else { return }
                link.connection.endSoon()
            }
        }
    }

    /// Asks the next node that is not known to be silent; several questions may be under way.
    func askForMap() {
        guard now - mapAskedAt >= Self.mapInterval else { return }
        mapAskedAt = now
        var troubled = [Bool](repeating: false, count: view.endpoints.count)
        forEachLink { if $0.isSilent { troubled[$0.node] = true } }
        let count = view.endpoints.count
        guard count > 0 else { return askForMap(of: configuration.endpoints[0]) }
        let candidates = (0..<count).map { (mapNextNode + $0) % count }
        let node = candidates.first { !troubled[$0] } ?? mapNextNode % count
        mapNextNode = (node + 1) % count
        askForMap(of: view.endpoints[node])
    }

    private func askForMap(of node: Endpoint) {
        switch configuration.discovery {
        case .fixed: takeMap([])
        case .clusterSlots:
            OneCommand.clusterSlots(of: node, over: dialler, timeout: Self.mapTimeout) { answer in
                if case .success(let ranges) = answer { self.takeMap(ranges) }
            }
        case .sentinel(let name):
            // Sentinels have credentials of their own.
            OneCommand.send(
                ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", name],
                to: configuration.endpoints[sentinelTurn % configuration.endpoints.count],
                over: dialler.withoutCredentials,
                timeout: Self.mapTimeout
            ) { answer in
                guard case .success(let reply) = answer, let primary = Self.primary(reply) else {
                    return
                }
                self.takeMap([
                    SlotRange(slots: 0...ClusterView.slotCount - 1, primary: primary, replicas: [])
                ])
            }
            sentinelTurn += 1
        }
    }

    /// What a sentinel says the primary's address is.
    private static func primary(_ reply: RESPValue) -> Endpoint? {
        guard let words = reply.elements, words.count == 2, let host = words[0].text,
            let port = words[1].text.flatMap({ Int($0) })
        else { return nil }
        return Endpoint(host: host, port: port)
    }

    private func takeMap(_ ranges: [SlotRange]) {
        now = monotonicNow()
        guard phase != .finished else { return }
        view.apply(ranges)
        mapWanted = !view.hasAllSlots
        if phase == .preparing {
            connectEverywhere()
        }
        leaveSilentLinks()
        retryParked()
        flush()
    }

    /// Gives up what waits on a silent node that no longer is the primary.
    private func leaveSilentLinks() {
        forEachLink { link in
            guard link.isSilent, link.isOpen else { return }
            var waiting = 0
            for offset in 0..<link.outstanding.count {
                let id = link.outstanding[offset]
                guard id >= 0 else { continue }
                if view.primary(ofSlot: Int(requests[id].slot)) == link.node {
                    waiting += 1
                } else {
                    // The place stays: a late answer must not be taken for another request's.
                    link.outstanding[offset] = RequestTable.none
                    giveUp(id, reason: FailureNames.primaryMoved)
                }
            }
            if waiting == 0 { link.connection.endSoon() }
        }
    }
}
