internal import NIOCore
internal import RESP
internal import Replication

extension CommandReply {
    /// Appends the reply as the client's dialect has it.
    func write(to buffer: inout ByteBuffer, _ version: RESPVersion) {
        switch self {
        case .ok: buffer.writeSimpleString("OK")
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
        case .failure(.notAnInteger):
            buffer.writeError("ERR value is not an integer or out of range")
        case .failure(.overflow): buffer.writeError("ERR increment or decrement would overflow")
        case .failure(.tooLong):
            buffer.writeError("ERR string exceeds maximum allowed size (proto-max-bulk-len)")
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
        case .recovering: "CLUSTERDOWN Hash slot not served: the new primary is recovering"
        case .tooFewInSync: "CLUSTERDOWN Hash slot not served: too few replicas are in sync"
        case .laggingInSync: "CLUSTERDOWN Hash slot not served: the replicas lag too far behind"
        case .queueFull: "CLUSTERDOWN Hash slot not served: too many requests wait"
        case .stopping: "CLUSTERDOWN The cluster is down: this node is stopping"
        }
    }
}
