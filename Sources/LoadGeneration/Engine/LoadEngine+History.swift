internal import Histories
internal import RESP
internal import Workloads

/// What the engine notes for the judgement by history.
extension LoadEngine {
    /// A request leaves for the first time.
    func recordInvocation(_ id: RequestID) {
        guard let history, !history.isCut else { return }
        let request = requests[id]
        let record = Int(request.key)
        let part = Int(request.part)
        let key = layout.parts == 0 ? history.key(record, part: 0) : 0
        let invocation: HistoryFile.Invocation
        switch request.kind {
        case .read: invocation = .read
        case .update: invocation = .write(history.value(stamp(of: request)))
        case .compareAndSet:
            invocation = .compareAndSet(
                from: history.value(WriteStamp(packed: request.argument)),
                to: history.value(stamp(of: request))
            )
        case .add: invocation = .add(CounterShape(argument: request.argument).amount)
        case .readCounter: invocation = .readCounter
        case .append, .insertElement, .readAll:
            return recordList(id, key: history.key(record, part: part), in: history)
        case .insert, .transfer, .readBalances, .transaction:
            return recordTransaction(id, in: history)
        case .readModifyWrite, .scan, .command: return
        }
        requests[id].process = history.invoke(invocation, key: key, at: now)
        history.flushIfDue(at: now)
    }

    private func recordList(_ id: RequestID, key: UInt32, in history: HistoryRecorder) {
        let request = requests[id]
        let invocation: HistoryFile.Invocation =
            switch request.kind {
            case .append: .append(history.value(stamp(of: request)))
            case .insertElement: .insert(history.value(stamp(of: request)))
            default: .readAll
            }
        requests[id].process = history.invoke(invocation, key: key, at: now)
        history.flushIfDue(at: now)
    }

    private func recordTransaction(_ id: RequestID, in history: HistoryRecorder) {
        let request = requests[id]
        let record = Int(request.key)
        let first = Int(request.part)
        // Keys are named before the event that names them begins.
        let keys = (0..<max(1, layout.parts)).map { history.key(record, part: first + $0) }
        switch request.kind {
        case .insert where layout.parts == 0:
            requests[id].process = history.invoke(
                .write(loadedValue(request, in: history)),
                key: keys[0],
                at: now
            )
        case .insert:
            begin(id, steps: keys.count, key: keys[0], in: history)
            for key in keys { history.step(key: key, .write(loadedValue(request, in: history))) }
        case .transfer:
            let shape = TransferShape(argument: request.argument, parts: layout.parts)
            requests[id].process = history.invoke(
                .transfer(from: keys[shape.from], to: keys[shape.to], amount: shape.amount),
                key: keys[0],
                at: now
            )
        case .readBalances:
            begin(id, steps: keys.count, key: keys[0], in: history)
            for key in keys { history.step(key: key, .readNumber) }
        default:
            let shape = TransactionShape(argument: request.argument, parts: layout.parts)
            begin(id, steps: shape.count, key: keys[0], in: history)
            for index in 0..<shape.count {
                let value = history.value(stamp(of: request, step: index))
                let step = shape[index]
                history.step(key: keys[step.part], step.isRead ? .readAll : .append(value))
            }
        }
        history.flushIfDue(at: now)
    }

    private func begin(_ id: RequestID, steps: Int, key: UInt32, in history: HistoryRecorder) {
        requests[id].process = history.invoke(.transaction(steps: steps), key: key, at: now)
    }

    private func loadedValue(
        _ request: Request,
        in history: HistoryRecorder
    ) -> HistoryFile.Value {
        switch loading {
        case .number(let number): .number(UInt64(max(0, number)))
        case .nothing, .value: history.value(stamp(of: request))
        }
    }

    /// Notes what a successful reply said.
    func recordAnswer(_ id: RequestID, _ bytes: Span<UInt8>, from start: Int, to end: Int) {
        let request = requests[id]
        guard let history, !history.isCut, request.process != Request.noProcess else { return }
        requests[id].process = Request.noProcess
        let reply = ReplyDecoder.reply(in: bytes, from: start, to: end)
        switch request.kind {
        case .read:
            let value =
                reply.kind == .null
                ? .absent : shownValue(reply.payload, ofKey: Int(request.key), in: history)
            history.complete(request.process, .value(value), at: now)
        case .compareAndSet:
            history.complete(request.process, .swapped(reply.kind != .null), at: now)
        case .add:
            let total = reply.integer.map { HistoryFile.Answer.number(Int64($0)) }
            history.complete(request.process, total ?? .done, at: now)
        case .readCounter:
            let total = reply.kind == .null ? 0 : reply.payload.decimal
            history.complete(request.process, total.map { .number($0) } ?? .done, at: now)
        case .update, .append, .insertElement, .transfer:
            history.complete(request.process, .done, at: now)
        case .insert:
            let isTransaction = layout.parts > 0
            history.complete(request.process, isTransaction ? .transaction : .done, at: now)
        case .readAll:
            let elements = elements(of: reply, in: history)
            history.complete(request.process, .list(count: elements.count), at: now)
            for element in elements { history.element(element) }
        case .readBalances, .transaction:
            recordResults(request, reply, in: history)
        case .readModifyWrite, .scan, .command: break
        }
        history.flushIfDue(at: now)
    }

    /// One answer for each reading step of a transaction.
    private func recordResults(
        _ request: Request,
        _ reply: borrowing Reply,
        in history: HistoryRecorder
    ) {
        let shape = TransactionShape(argument: request.argument, parts: max(1, layout.parts))
        var lists: [[HistoryFile.Value]] = []
        var numbers: [Int64?] = []
        var decoder = ReplyDecoder()
        var start = 0
        let bytes = reply.payload
        while let end = try? decoder.decode(bytes, from: start) {
            let element = ReplyDecoder.reply(in: bytes, from: start, to: end)
            if request.kind == .readBalances {
                numbers.append(element.kind == .null ? 0 : element.payload.decimal)
            } else if lists.count < shape.count, shape[lists.count].isRead {
                lists.append(elements(of: element, in: history))
            } else {
                lists.append([])
            }
            start = end
        }
        history.complete(request.process, .transaction, at: now)
        if request.kind == .readBalances {
            for number in numbers { history.result(number.map { .number($0) } ?? .done) }
            return
        }
        for index in 0..<shape.count where shape[index].isRead {
            let list = index < lists.count ? lists[index] : []
            history.result(.list(count: list.count))
            for value in list { history.element(value) }
        }
    }

    private func elements(
        of reply: borrowing Reply,
        in history: HistoryRecorder
    ) -> [HistoryFile.Value] {
        var values: [HistoryFile.Value] = []
        values.reserveCapacity(reply.elementCount)
        var decoder = ReplyDecoder()
        var start = 0
        let bytes = reply.payload
        while let end = try? decoder.decode(bytes, from: start) {
            let element = ReplyDecoder.reply(in: bytes, from: start, to: end)
            if let number = element.payload.decimal, number >= 0 {
                values.append(.number(UInt64(number)))
            } else {
                values.append(history.value(text: element.payload.array))
            }
            start = end
        }
        return values
    }

    private func shownValue(
        _ bytes: Span<UInt8>,
        ofKey key: Int,
        in history: HistoryRecorder
    ) -> HistoryFile.Value {
        if let stamp = WriteStamp.decode(bytes, key: key) { return history.value(stamp) }
        return history.value(text: bytes.array)
    }

    /// A request that ended without a reply that says yes.
    func recordEnd(_ process: UInt32, _ outcome: Outcome) {
        guard let history, process != Request.noProcess else { return }
        history.complete(process, outcome == .failed ? .failed : .unknown, at: now)
        history.flushIfDue(at: now)
    }

    /// The name that a written value carries; each step of a transaction has its own.
    func stamp(of request: Request, step: Int = 0) -> WriteStamp {
        WriteStamp(
            writer: ledger.writers.lowerBound + UInt32(request.client),
            sequence: request.sequence &+ UInt32(step)
        )
    }
}

extension WriteStamp {
    /// Both numbers in one word, for a request's argument.
    var packed: UInt64 { UInt64(writer) << 32 | UInt64(sequence) }

    init(packed: UInt64) {
        self.init(
            writer: UInt32(truncatingIfNeeded: packed >> 32),
            sequence: UInt32(truncatingIfNeeded: packed)
        )
    }
}

extension Span<UInt8> {
    /// The number that these bytes spell; nil where they spell something else.
    var decimal: Int64? {
        guard count > 0, count <= 20 else { return nil }
        let isNegative = self[0] == UInt8(ascii: "-")
        guard !isNegative || count > 1 else { return nil }
        var value: Int64 = 0
        for index in (isNegative ? 1 : 0)..<count {
            let digit = self[index] &- 0x30
            guard digit < 10 else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.subtractingReportingOverflow(Int64(digit))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        guard !isNegative else { return value }
        return value == .min ? nil : -value
    }
}
