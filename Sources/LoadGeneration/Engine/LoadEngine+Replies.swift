internal import Histories
internal import RESP
internal import Sockets
internal import Workloads

/// What replies mean for the requests they answer.
extension LoadEngine {
    /// Bytes have come: the node of this link is not silent.
    func beginReplies(from link: NodeLink) {
        now = monotonicNow()
        link.waitingSince = now
        nextReader = link.client
        if link.outstanding.count > 1 { prefetchAnswered(over: link) }
        if link.isSilent {
            link.isSilent = false
            retryParked()
        }
    }

    /// Fetches what the replies at hand will be noted in: all at once, where one after the other would
    /// wait for each.
    private func prefetchAnswered(over link: NodeLink) {
        let count = min(link.outstanding.count, Self.fetchedAtOnce)
        for offset in 0..<count where link.outstanding[offset] >= 0 {
            requests.prefetch(link.outstanding[offset])
        }
        guard writesOwnKeys else { return }
        for offset in 0..<count where link.outstanding[offset] >= 0 {
            let id = link.outstanding[offset]
            guard requests[id].kind.isWrite else { continue }
            prefetch(position: position(ofKey: Int(requests[id].key)))
        }
    }

    /// About as many as a core can wait for.
    private static let fetchedAtOnce = 16

    func endReplies(from link: NodeLink) {
        takeTurns()
        if !isClosedLoop, requests.count == 0 { loop.vigil?.allAnswered() }
        // With deep pipelines, what is for other links waits for the turn's end, when more will have
        // gathered.
        if flushesAtOnce { flush() } else { link.connection.flush() }
    }

    /// Takes the reply in `bytes`, from `start` to `end`.
    func takeReply(_ bytes: Span<UInt8>, from start: Int, to end: Int, over link: NodeLink) {
        let first = bytes[start]
        guard let id = link.outstanding.popFirst() else {
            // An answer to nothing: the connection cannot be trusted any more.
            link.connection.endSoon()
            return
        }
        if answersAreOnlyCounted, id >= 0, !link.isAborted,
            first == UInt8(ascii: "$") || first == UInt8(ascii: "+"),
            requests[id].kind == .read || requests[id].kind == .update
        {
            let isNull = first == UInt8(ascii: "$") && bytes[start + 1] == UInt8(ascii: "-")
            return settle(id, .ok, reason: 0, isMissing: isNull)
        }
        takeReply(bytes, from: start, to: end, for: id, over: link)
    }

    private func takeReply(
        _ bytes: Span<UInt8>,
        from start: Int,
        to end: Int,
        for id: RequestID,
        over link: NodeLink
    ) {
        let isError = bytes[start] == UInt8(ascii: "-")
        if id == RequestTable.partial {
            guard isError, link.abortion == nil else { return }
            link.abortion = ReplyDecoder.reply(in: bytes, from: start, to: end).payload.text
            return
        }
        let abortion = link.abortion
        link.abortion = nil
        guard id != RequestTable.none else { return }
        if isError {
            // A transaction fails as a whole; why, an earlier reply has said.
            let error = ReplyDecoder.reply(in: bytes, from: start, to: end).payload.text
            takeError(abortion ?? error, of: id, from: link)
        } else {
            takeSuccess(bytes, from: start, to: end, of: id)
        }
    }

    private func takeSuccess(_ bytes: Span<UInt8>, from start: Int, to end: Int, of id: RequestID) {
        if requests[id].kind == .readModifyWrite, !requests[id].isSecondStep {
            requests[id].isSecondStep = true
            return route(id)
        }
        let isNull =
            bytes[start] == UInt8(ascii: "_")
            || (bytes[start] == UInt8(ascii: "$") || bytes[start] == UInt8(ascii: "*"))
                && bytes[start + 1] == UInt8(ascii: "-")
        switch requests[id].kind {
        case .transfer, .readBalances, .transaction, .insert:
            // A transaction that was not carried out, or not as it was asked.
            if isNull { return settle(id, .failed, reason: FailureNames.other) }
            if bytes[start] == UInt8(ascii: "*"),
                let error = Self.firstError(bytes, from: start, to: end)
            {
                let reason = recorder.names.number(of: ErrorReply.className(error))
                return settle(id, .unknown, reason: reason)
            }
        default: break
        }
        if !lastSeen.isEmpty { notice(id, bytes, from: start, to: end, isNull: isNull) }
        if history != nil { recordAnswer(id, bytes, from: start, to: end) }
        settle(id, .ok, reason: 0, isMissing: isNull)
    }

    /// What the first of a transaction's commands that failed was told.
    private static func firstError(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> String? {
        let reply = ReplyDecoder.reply(in: bytes, from: start, to: end)
        let elements = reply.payload
        var decoder = ReplyDecoder()
        var next = 0
        while let end = try? decoder.decode(elements, from: next) {
            if elements[next] == UInt8(ascii: "-") {
                return ReplyDecoder.reply(in: elements, from: next, to: end).payload.text
            }
            next = end
        }
        return nil
    }

    /// Remembers what a record holds, for the next compare-and-set.
    private func notice(
        _ id: RequestID,
        _ bytes: Span<UInt8>,
        from start: Int,
        to end: Int,
        isNull: Bool
    ) {
        let request = requests[id]
        let key = Int(request.key)
        guard !isNull else {
            lastSeen[key] = 0
            return
        }
        guard request.kind == .read else {
            lastSeen[key] = stamp(of: request).packed
            return
        }
        let value = ReplyDecoder.reply(in: bytes, from: start, to: end).payload
        lastSeen[key] = WriteStamp.decode(value, key: key)?.packed ?? 0
    }

    private func takeError(_ message: String, of id: RequestID, from link: NodeLink) {
        let reason = recorder.names.number(of: ErrorReply.className(message))
        switch ErrorReply(message, from: view.endpoints[link.node].host) {
        case .refused: settle(id, .failed, reason: reason)
        case .tryLater where configuration.limits.retries || message.hasPrefix("TRYAGAIN"):
            pause(id, reason: reason)
        case .tryLater:
            mapWanted = canMove
            settle(id, .failed, reason: reason)
        case .ask(let endpoint):
            redirections += 1
            requests[id].askedNode = Int16(truncatingIfNeeded: view.node(at: endpoint))
            route(id)
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
        requests[id].sentAt = now + limits.retryPause
        mapWanted = true
        park(id)
    }
}
