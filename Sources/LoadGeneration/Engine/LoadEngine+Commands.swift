internal import Histories
internal import RESP
internal import Sockets
internal import Workloads

/// What requests look like on the wire.
extension LoadEngine {
    /// Writes a request's commands.
    ///
    /// - Returns: How many replies answer them; the last one tells.
    func write(
        _ request: Request,
        _ details: RequestDetails,
        to buffer: inout ByteQueue
    ) -> Int {
        let record = Int(request.key)
        switch request.kind {
        case .read, .update, .insert, .scan, .command, .readModifyWrite:
            if !isPlain || request.kind == .scan || request.kind == .command {
                return compose(request, details, to: &buffer)
            }
        default: break
        }
        switch request.kind {
        case .read, .readCounter: templates.writeGet(key: record, to: &buffer)
        case .update: templates.writeSet(key: record, stamp: stamp(of: request), to: &buffer)
        case .insert: return writeInsert(request, to: &buffer)
        case .compareAndSet:
            templates.writeCompareAndSet(
                key: record,
                from: WriteStamp(packed: request.argument),
                to: stamp(of: request),
                into: &buffer
            )
        case .add:
            let amount = CounterShape(argument: request.argument).amount
            let name = KeyName.bytes(of: record)
            buffer.append(command: [
                Array((amount < 0 ? "DECRBY" : "INCRBY").utf8), name, abs(amount).bytes,
            ])
        case .append, .insertElement, .readAll, .transfer, .readBalances, .transaction:
            return writeParts(request, to: &buffer)
        case .readModifyWrite where !request.isSecondStep:
            templates.writeGet(key: record, to: &buffer)
        case .readModifyWrite:
            templates.writeSet(key: record, stamp: stamp(of: request), to: &buffer)
        case .scan, .command: return compose(request, details, to: &buffer)
        }
        return 1
    }

    private func compose(
        _ request: Request,
        _ details: RequestDetails,
        to buffer: inout ByteQueue
    ) -> Int {
        var operation = Operation(kind: request.kind, key: Int(request.key))
        operation.argument = request.argument
        operation.command = details.command
        operation.valueBytes = details.valueBytes
        operation.lifetime = details.lifetime
        switch request.kind {
        case .command: composer.composeCommand(operation, stamp: stamp(of: request))
        case .scan: composer.composeScan(operation)
        case .read: composer.composeRead(of: operation.key)
        case .readModifyWrite where !request.isSecondStep:
            composer.composeRead(of: operation.key)
        default: composer.composeWrite(operation, stamp: stamp(of: request))
        }
        buffer.append(composer.bytes.span)
        return 1
    }

    private func writeInsert(_ request: Request, to buffer: inout ByteQueue) -> Int {
        let record = Int(request.key)
        guard case .number(let number) = loading else {
            templates.writeSet(key: record, stamp: stamp(of: request), to: &buffer)
            return 1
        }
        let set = Array("SET".utf8)
        guard layout.parts > 0 else {
            buffer.append(command: [set, KeyName.bytes(of: record), number.bytes])
            return 1
        }
        return writeTransaction(to: &buffer, count: layout.parts) { part in
            [set, KeyName.bytes(of: record, part: part), number.bytes]
        }
    }

    private func writeParts(_ request: Request, to buffer: inout ByteQueue) -> Int {
        let record = Int(request.key)
        let first = Int(request.part)
        func name(_ part: Int) -> [UInt8] { KeyName.bytes(of: record, part: first + part) }
        switch request.kind {
        case .append, .insertElement:
            buffer.append(command: [Self.rightPush, name(0), element(stamp(of: request))])
            return 1
        case .readAll:
            buffer.append(command: Self.wholeList(name(0)))
            return 1
        case .transfer:
            let shape = TransferShape(argument: request.argument, parts: layout.parts)
            return writeTransaction(to: &buffer, count: 2) { index in
                index == 0
                    ? [Array("DECRBY".utf8), name(shape.from), shape.amount.bytes]
                    : [Array("INCRBY".utf8), name(shape.to), shape.amount.bytes]
            }
        case .readBalances:
            return writeTransaction(to: &buffer, count: layout.parts) { part in
                [Array("GET".utf8), name(part)]
            }
        default:
            let shape = TransactionShape(argument: request.argument, parts: layout.parts)
            return writeTransaction(to: &buffer, count: shape.count) { index in
                let key = name(shape[index].part)
                return shape[index].isRead
                    ? Self.wholeList(key)
                    : [Self.rightPush, key, element(stamp(of: request, step: index))]
            }
        }
    }

    private static let rightPush = Array("RPUSH".utf8)

    private static func wholeList(_ key: [UInt8]) -> [[UInt8]] {
        [Array("LRANGE".utf8), key, Array("0".utf8), Array("-1".utf8)]
    }

    /// All of it leaves in one piece, so that no other request of the connection comes between.
    private func writeTransaction(
        to buffer: inout ByteQueue,
        count: Int,
        _ command: (Int) -> [[UInt8]]
    ) -> Int {
        buffer.append(command: [Array("MULTI".utf8)])
        for index in 0..<count { buffer.append(command: command(index)) }
        buffer.append(command: [Array("EXEC".utf8)])
        return count + 2
    }

    /// A list's element: the number that the history has for it.
    private func element(_ stamp: WriteStamp) -> [UInt8] {
        let worker = Int64(stamp.writer / Self.writersPerWorker)
        return (Int64(stamp.sequence) * Int64(configuration.workers) + worker).bytes
    }
}

extension Int64 {
    /// In decimal digits.
    fileprivate var bytes: [UInt8] { Array(String(self).utf8) }
}
