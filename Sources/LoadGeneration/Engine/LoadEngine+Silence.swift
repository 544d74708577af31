internal import Histories
internal import NIOCore

/// What the engine does when nothing comes: watches the links, asks for the map, gives up.
extension LoadEngine {
    /// How often links are looked at: silence and pauses are noticed this much late.
    static let tickInterval: Int64 = 10_000_000
    /// Between two questions for the map.
    private static let mapInterval: Int64 = 50_000_000
    /// A node that has not said its map by then is as good as silent.
    private static let mapTimeout = TimeAmount.milliseconds(250)

    func tick() {
        guard phase != .finished else { return }
        now = monotonicNow()
        tickAlarm.set(at: deadline(now + Self.tickInterval), on: loop)
        var anyIsSilent = false
        forEachLink { link in
            watch(link)
            anyIsSilent = anyIsSilent || link.isSilent
        }
        retryParked()
        flush()
        if mapWanted || anyIsSilent || !parked.isEmpty { askForMap() }
        drainIfDone()
    }

    private func watch(_ link: NodeLink) {
        guard case .open(let context) = link.state, !link.outstanding.isEmpty else { return }
        link.isSilent = now - link.waitingSince > limits.silence
        let isDead =
            link.isSilent && now - link.waitingSince > limits.request
            || oldestSentAt(link) < now - limits.request
        guard isDead else { return }
        link.isSilent = true
        // What was given up in time has this reason; the rest ends with the connection.
        while link.outstanding.count > 0 {
            let id = link.outstanding[0]
            if id != RequestTable.none, requests[id].sentAt >= now - limits.request { break }
            _ = link.outstanding.popFirst()
            if id != RequestTable.none { settle(id, .unknown, reason: FailureNames.timeout) }
        }
        context.close(promise: nil)
    }

    /// `now` if everything under way was given up.
    private func oldestSentAt(_ link: NodeLink) -> Int64 {
        let id = link.outstanding[0]
        return id == RequestTable.none ? now : requests[id].sentAt
    }

    /// Asks the next node that is not known to be silent; several questions may be under way.
    func askForMap() {
        guard now - mapAskedAt >= Self.mapInterval else { return }
        mapAskedAt = now
        var troubled = [Bool](repeating: false, count: view.endpoints.count)
        forEachLink { if $0.isSilent { troubled[$0.node] = true } }
        let count = view.endpoints.count
        let candidates = (0..<count).map { (mapNextNode + $0) % count }
        let node = candidates.first { !troubled[$0] } ?? mapNextNode % count
        mapNextNode = (node + 1) % count
        OneCommand.clusterSlots(of: view.endpoints[node], on: loop, timeout: Self.mapTimeout)
            .assumeIsolated()
            .whenSuccess { self.takeMap($0) }
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
            guard link.isSilent, case .open(let context) = link.state else { return }
            var waiting = 0
            for offset in 0..<link.outstanding.count {
                let id = link.outstanding[offset]
                guard id != RequestTable.none else { continue }
                if view.primary(ofSlot: Int(requests[id].slot)) == link.node {
                    waiting += 1
                } else {
                    // The place stays: a late answer must not be taken for another request's.
                    link.outstanding[offset] = RequestTable.none
                    giveUp(id, reason: FailureNames.primaryMoved)
                }
            }
            if waiting == 0 { context.close(promise: nil) }
        }
    }
}
