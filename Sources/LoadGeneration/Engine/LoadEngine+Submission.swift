internal import CProcessor
internal import Histories
internal import Sockets
internal import Topology
internal import Workloads

/// How requests begin and end.
extension LoadEngine {
    /// Begins a request; a write waits for the one before it on its key.
    func submit(_ operation: Operation, intendedAt: Int64, isScheduled: Bool) {
        let isOwnWrite = keepsLedger && operation.kind.isWrite
        var request = Request(operation.kind, intendedAt: intendedAt, isScheduled: isScheduled)
        request.key = Int32(truncatingIfNeeded: operation.key)
        if canMove { request.slot = slot(ofKey: operation.key) }
        var position = 0
        if isOwnWrite {
            if operation.kind == .insert { admit(operation.key) }
            position = self.position(ofKey: operation.key)
            request.client = Int32(truncatingIfNeeded: rest(of: position))
        } else {
            request.client = Int32(truncatingIfNeeded: nextReader)
            if isScheduled || operation.kind == .insert {
                nextReader = nextReader + 1 == links.clients ? 0 : nextReader + 1
            }
        }
        if !keepsLedger { prepareShared(&request, operation) }
        recorder.begin(intendedAt: intendedAt, at: now, isScheduled: isScheduled)
        let id = requests.insert(request)
        if !isPlain || operation.kind == .scan || operation.kind == .command {
            var details = RequestDetails()
            details.valueBytes = operation.valueBytes
            details.lifetime = operation.lifetime
            details.command = operation.command
            requests.setDetails(of: id, details)
        }
        if isOwnWrite {
            guard queues.begin(id, position: position, requests: &requests) else { return }
            requests[id].sequence = ledger.issue(at: position)
        }
        route(id)
    }

    /// Begins the next requests of the clients whose turn it is.
    ///
    /// All are drawn first, and what they need is fetched meanwhile: with many keys it is in no
    /// cache, and one wait serves all.
    func takeTurns() {
        while !turns.isEmpty {
            turns.take(into: &turnsTaken)
            // What begins behind the end is not measured, however late the alarm that tells the end.
            guard phase == .warmup || phase == .measure, now < recorder.measureEnd else {
                return turnsTaken.removeAll()
            }
            let elapsed = now - startedAt
            for run in turnsTaken.runs {
                let first = operations.count
                let (client, count) = (Int(run.client), Int(run.count))
                source.next(count, client: client, elapsed: elapsed, into: &operations)
                if writesOwnKeys { fetchWrites(from: first, for: client) }
            }
            var index = 0
            for run in turnsTaken.runs {
                nextReader = Int(run.client)
                for _ in 0..<run.count {
                    submit(operations[index], intendedAt: now, isScheduled: false)
                    index += 1
                }
            }
            operations.removeAll(keepingCapacity: true)
        }
    }

    /// Deals writes that were just drawn to the client, and fetches what they will be noted in.
    private func fetchWrites(from first: Int, for client: Int) {
        for index in first..<operations.count where operations[index].kind.isWrite {
            // A new record is in no table yet.
            if operations[index].kind == .insert { continue }
            var position = self.position(ofKey: operations[index].key)
            if dealsKeysToClients {
                position = dealt(position, to: client)
                operations[index].key = slottedKeys.key(at: position)
            }
            prefetch(position: position)
        }
    }

    func prefetch(position: Int) {
        queues.prefetch(position)
        unsafe ledger.entries.withUnsafeBufferPointer { entries in
            unsafe ordeal_prefetch(entries.baseAddress?.advanced(by: position))
        }
    }

    /// Names what a request on shared keys writes.
    private func prepareShared(_ request: inout Request, _ operation: Operation) {
        request.part = Int32(truncatingIfNeeded: operation.part)
        request.argument = operation.argument
        if request.kind == .compareAndSet {
            request.argument = lastSeen[operation.key]
            // Nothing was seen there yet, so there is nothing to compare with.
            if request.argument == 0 { request.kind = .read }
        }
        guard request.kind.isWrite else { return }
        request.sequence = lastSequence + 1
        lastSequence += request.kind == .transaction ? UInt32(TransactionShape.mostSteps) : 1
    }

    /// Ends a request for good, and lets the next write of its key begin.
    func settle(_ id: RequestID, _ outcome: Outcome, reason: UInt8, isMissing: Bool = false) {
        let kind = requests[id].kind
        let client = requests[id].client
        count(id, outcome, reason: reason, isMissing: isMissing)
        if history != nil { recordEnd(requests[id].process, outcome) }
        if keepsLedger, kind.isWrite {
            let key = Int(requests[id].key)
            let sequence = requests[id].sequence
            let position = self.position(ofKey: key)
            requests.remove(id)
            ledger.record(outcome, key: key, position: position, sequence: sequence, at: now)
            beginNextWrite(ofKey: key, at: position)
        } else {
            requests.remove(id)
        }
        if kind == .insert, phase != .insert, outcome == .ok { source.insertEnded() }
        requestEnded(client: client)
    }

    /// What was due too long ago was never sent; it ends here, and the turn goes on.
    private func beginNextWrite(ofKey key: Int, at position: Int) {
        while let next = queues.end(position: position, requests: &requests) {
            if !requests[next].isScheduled {
                recorder.wait(from: requests[next].intendedAt, to: now)
                requests[next].intendedAt = now
            }
            guard isOverdue(next) || phase == .finished else {
                requests[next].sequence = ledger.issue(at: position)
                return route(next)
            }
            count(next, .failed, reason: FailureNames.notSent, isMissing: false)
            let client = requests[next].client
            requests.remove(next)
            requestEnded(client: client)
        }
    }

    func isOverdue(_ id: RequestID) -> Bool {
        now - requests[id].intendedAt > limits.request
    }

    private func count(_ id: RequestID, _ outcome: Outcome, reason: UInt8, isMissing: Bool) {
        if phase == .insert { inserted.count(outcome) }
        // Each of the workload's own commands is a kind of its own.
        if !isClosedLoop, outcome == .ok {
            loop.vigil?.answered(after: now - requests[id].firstSentAt)
        }
        let kind = requests[id].kind
        let command = kind == .command ? Int(requests.details(of: id).command) : 0
        recorder.end(
            Completion(
                kind: Int(kind.rawValue) + command,
                outcome: outcome,
                reason: reason,
                intendedAt: requests[id].intendedAt,
                firstSentAt: requests[id].firstSentAt,
                isMissing: isMissing
            ),
            at: now
        )
    }

    /// A record that was added during the load stands in no table.
    private func slot(ofKey key: Int) -> UInt16 {
        if let position = slottedKeys.position(of: key) { return slots[position] }
        return UInt16(KeySlot.slot(of: naming.bytes(of: key).span))
    }

    /// Takes a record that is added during the load into the tables; they come in order.
    private func admit(_ key: Int) {
        guard ledger.keys.position(of: key) == nil else { return }
        ledger.grow()
        queues.grow()
    }

    /// Where a key stands in this worker's tables.
    func position(ofKey key: Int) -> Int {
        guard let position = ledger.keys.position(of: key) else {
            preconditionFailure("A worker asks for the keys it owns.")
        }
        return position
    }

    /// The key next to a drawn one that `client` writes; both are equally likely.
    private func dealt(_ position: Int, to client: Int) -> Int {
        let own = position - rest(of: position) + client
        return own < slottedKeys.count ? own : own - links.clients
    }

    /// Which client writes the key at a position.
    ///
    /// Narrow divisions are a good deal faster than wide ones.
    private func rest(of position: Int) -> Int {
        let (position, clients) = (UInt32(truncatingIfNeeded: position), UInt32(links.clients))
        return Int(position % clients)
    }
}
