internal import Histories
internal import NIOCore

/// What replies mean for the requests they answer.
extension LoadEngine {
    /// Bytes have come: the node of this link is not silent.
    func beginReplies(from link: NodeLink) {
        now = monotonicNow()
        link.waitingSince = now
        nextReader = link.client
        if link.isSilent {
            link.isSilent = false
            retryParked()
        }
    }

    func endReplies(from link: NodeLink) {
        guard !flushesAtOnce else { return flush() }
        link.flush()
        guard !flushIsDue, !dirty.isEmpty else { return }
        flushIsDue = true
        loop.assumeIsolated().execute {
            self.flushIsDue = false
            self.flush()
        }
    }

    func takeSuccess(from link: NodeLink, isMissing: Bool) {
        guard let id = answered(by: link) else { return }
        settle(id, .ok, reason: 0, isMissing: isMissing)
    }

    func takeError(_ message: String, from link: NodeLink) {
        guard let id = answered(by: link) else { return }
        let reason = recorder.names.number(of: ErrorReply.className(message))
        switch ErrorReply(message, from: view.endpoints[link.node].host) {
        case .refused: settle(id, .failed, reason: reason)
        case .tryLater: pause(id, reason: reason)
        case .moved(let slot, let endpoint):
            redirections += 1
            view.setPrimary(view.node(at: endpoint), ofSlot: slot)
            requests[id].redirections = requests[id].redirections &+ 1
            // Two nodes that name each other would be asked without end and without pause.
            if requests[id].redirections > Self.redirectionsWithoutPause {
                pause(id, reason: reason)
            } else {
                requests[id].reason = reason
                mapWanted = true
                route(id)
            }
        }
    }

    private static let redirectionsWithoutPause = 3

    private func pause(_ id: RequestID, reason: UInt8) {
        requests[id].reason = reason
        requests[id].pausedUntil = now + limits.retryPause
        mapWanted = true
        park(id)
    }

    /// The request that the next reply of a link answers; nil if it was given up before.
    private func answered(by link: NodeLink) -> RequestID? {
        guard let id = link.outstanding.popFirst() else {
            // An answer to nothing: the connection cannot be trusted any more.
            if case .open(let context) = link.state { context.close(promise: nil) }
            return nil
        }
        return id == RequestTable.none ? nil : id
    }
}
