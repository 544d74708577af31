internal import NIOCore
internal import RESP
internal import Replication

extension CommandReply {
    /// Appends the reply as the client's dialect has it, or an error where it would be too long.
    func write(to buffer: inout ByteBuffer, _ version: RESPVersion) {
        write(to: &buffer, version, limit: ClientLimits.replyByteCount)
    }

    /// Appends the reply of a transaction, with what was answered before in its place.
    func write(
        to buffer: inout ByteBuffer,
        _ version: RESPVersion,
        between parts: [QueuedTransaction.Part]
    ) {
        guard case .replies(let replies) = self else { return write(to: &buffer, version) }
        var rest = replies.makeIterator()
        buffer.writeArrayHeader(count: parts.count)
        let end = buffer.readableBytes + ClientLimits.replyByteCount
        for part in parts {
            switch part {
            case .answered(var answer): buffer.writeBuffer(&answer)
            case .asked:
                let limit = max(0, end - buffer.readableBytes)
                rest.next()?.write(to: &buffer, version, limit: limit)
            }
        }
    }

    private func write(to buffer: inout ByteBuffer, _ version: RESPVersion, limit: Int) {
        guard leastByteCount <= limit else {
            return buffer.writeError(CommandFailure.replyTooLong.message)
        }
        switch self {
        case .ok, .watching: buffer.writeOK()
        case .null: buffer.writeNull(version)
        case .integer(let value): buffer.writeRESPInteger(Int(value))
        case .value(let record): record.writeValue(to: &buffer)
        case .values(let records):
            buffer.writeArrayHeader(count: records.count)
            for record in records {
                if let record {
                    record.writeValue(to: &buffer)
                } else {
                    buffer.writeNull(version)
                }
            }
        case .type(.none): buffer.writeSimpleString("none")
        case .type(.string): buffer.writeSimpleString("string")
        case .type(.list): buffer.writeSimpleString("list")
        case .elements(let slice):
            buffer.writeArrayHeader(count: slice.count)
            slice.forEach { buffer.writeBulk($0) }
        case .replies(let replies):
            buffer.writeArrayHeader(count: replies.count)
            let end = buffer.readableBytes + limit
            for reply in replies {
                reply.write(to: &buffer, version, limit: max(0, end - buffer.readableBytes))
            }
        case .aborted: buffer.writeNullArray(version)
        case .failure(let failure): buffer.writeError(failure.message)
        }
    }

    /// What the reply takes at least; counted only where it can be much.
    private var leastByteCount: Int {
        switch self {
        case .value(let record): record.valueRange.count
        case .values(let records): records.reduce(0) { $0 + ($1?.valueRange.count ?? 0) + 5 }
        case .elements(let slice): slice.byteCount + 5 * slice.count
        case .ok, .null, .integer, .type, .replies, .aborted, .watching, .failure: 0
        }
    }
}

/// What Redis says of text that should be a 64-bit integer.
let notAnInteger = "ERR value is not an integer or out of range"

extension CommandFailure {
    /// In the words of Redis, which clients look for.
    var message: String {
        switch self {
        case .notAnInteger: StoreNode.notAnInteger
        case .overflow: "ERR increment or decrement would overflow"
        case .tooLong: "ERR string exceeds maximum allowed size (proto-max-bulk-len)"
        case .wrongType: "WRONGTYPE Operation against a key holding the wrong kind of value"
        case .replyTooLong: "ERR the reply exceeds \(ClientLimits.replyByteCount) bytes"
        }
    }
}

extension StoredRecord {
    /// Appends the value as a bulk string.
    func writeValue(to buffer: inout ByteBuffer) {
        buffer.writeBulk(bytes.span.extracting(valueRange))
    }
}

extension UnavailableReason {
    /// What a client reads behind `CLUSTERDOWN`.
    var message: String {
        switch self {
        case .noMap: "CLUSTERDOWN The cluster is down: this node has no cluster map yet"
        case .noPrimary: "CLUSTERDOWN Hash slot not served: no replica may be promoted"
        case .noLease: "CLUSTERDOWN Hash slot not served: the primary holds no lease"
        case .unconfirmed:
            "CLUSTERDOWN Hash slot not served: too few replicas confirmed the primary in time"
        case .silentTail:
            "CLUSTERDOWN Hash slot not served: the chain's tail did not answer in time"
        case .recovering: "CLUSTERDOWN Hash slot not served: the new primary is recovering"
        case .tooFewInSync: "CLUSTERDOWN Hash slot not served: too few replicas are in sync"
        case .laggingInSync: "CLUSTERDOWN Hash slot not served: the replicas lag too far behind"
        case .queueFull: "CLUSTERDOWN Hash slot not served: too many requests wait"
        case .stopping: "CLUSTERDOWN The cluster is down: this node is stopping"
        }
    }
}
