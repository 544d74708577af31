internal import Coordination
internal import Topology

extension AdminCommand {
    func encode(into writer: inout ByteWriter) {
        switch self {
        case .status: writer.write(UInt8(1))
        case .add(let node):
            writer.write(UInt8(2))
            node.encode(into: &writer)
        case .remove(let node):
            writer.write(UInt8(3))
            writer.write(node.value)
        case .drain(let node):
            writer.write(UInt8(4))
            writer.write(node.value)
        case .replace(let old, let new):
            writer.write(UInt8(5))
            writer.write(old.value)
            new.encode(into: &writer)
        case .rebalance(let weights):
            writer.write(UInt8(6))
            writer.write(UInt16(weights.count))
            for weight in weights {
                writer.write(weight.node.value)
                writer.write(weight.weight.bitPattern)
            }
        case .cancel: writer.write(UInt8(7))
        case .acceptLoss(let shards):
            writer.write(UInt8(8))
            writer.write(UInt16(shards.count))
            for shard in shards { writer.write(shard.value) }
        case .throttle(let rate):
            writer.write(UInt8(9))
            writer.write(rate)
        }
    }

    init?(from reader: inout ByteReader) {
        guard let kind = reader.read(UInt8.self), let command = Self.read(kind, &reader) else {
            return nil
        }
        self = command
    }

    private static func read(_ kind: UInt8, _ reader: inout ByteReader) -> AdminCommand? {
        switch kind {
        case 1: return .status
        case 2: return JoiningNode(from: &reader).map { .add($0) }
        case 3: return reader.read(UInt16.self).map { .remove(NodeID($0)) }
        case 4: return reader.read(UInt16.self).map { .drain(NodeID($0)) }
        case 5:
            guard let old = reader.read(UInt16.self), let new = JoiningNode(from: &reader) else {
                return nil
            }
            return .replace(NodeID(old), with: new)
        case 6:
            return reader.readList { reader -> NodeWeight? in
                guard let node = reader.read(UInt16.self), let weight = reader.read(UInt64.self)
                else { return nil }
                return NodeWeight(NodeID(node), Double(bitPattern: weight))
            }.map { .rebalance($0) }
        case 7: return .cancel
        case 8:
            return reader.readList { $0.read(UInt16.self).map { ShardID($0) } }
                .map { .acceptLoss($0) }
        case 9: return reader.read(UInt64.self).map { .throttle(bytesPerSecond: $0) }
        default: return nil
        }
    }
}

extension JoiningNode {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.write(id.value)
        writer.write(address != nil)
        if let address {
            writer.write(address.host)
            writer.write(address.port)
            writer.write(address.peerPort)
        }
        writer.write(weight.bitPattern)
        writer.write(zone)
    }

    fileprivate init?(from reader: inout ByteReader) {
        guard let id = reader.read(UInt16.self), let isNew = reader.readBool() else { return nil }
        var address: Address?
        if isNew {
            guard let host = reader.readString(), let port = reader.read(UInt16.self),
                let peerPort = reader.read(UInt16.self)
            else { return nil }
            address = Address(host: host, port: port, peerPort: peerPort)
        }
        guard let weight = reader.read(UInt64.self), let zone = reader.read(UInt32.self) else {
            return nil
        }
        self.init(NodeID(id), at: address, weight: Double(bitPattern: weight), zone: zone)
    }
}

extension AdminAnswer {
    func encode(into writer: inout ByteWriter) {
        switch self {
        case .accepted(let text):
            writer.write(UInt8(1))
            writer.write(text)
        case .refused(let text):
            writer.write(UInt8(2))
            writer.write(text)
        case .status(let status):
            writer.write(UInt8(3))
            status.encode(into: &writer)
        }
    }

    init?(from reader: inout ByteReader) {
        switch reader.read(UInt8.self) {
        case 1:
            guard let text = reader.readString() else { return nil }
            self = .accepted(text)
        case 2:
            guard let text = reader.readString() else { return nil }
            self = .refused(text)
        case 3:
            guard let status = ClusterStatus(from: &reader) else { return nil }
            self = .status(status)
        default: return nil
        }
    }
}

extension ClusterStatus {
    fileprivate func encode(into writer: inout ByteWriter) {
        let map = map?.encoded() ?? []
        writer.write(UInt32(map.count))
        writer.bytes += map
        writer.write(UInt16(heard.count))
        for node in heard { writer.write(node.value) }
        writer.write(UInt32(unfinished))
        writer.write(UInt16(copies.count))
        for copy in copies { copy.encode(into: &writer) }
        writer.write(UInt16(complaints.count))
        for complaint in complaints {
            writer.write(complaint.shard.value)
            writer.write(complaint.reason)
        }
    }

    fileprivate init?(from reader: inout ByteReader) {
        guard let length = reader.read(UInt32.self),
            let bytes = reader.readBytes(count: Int(length)),
            let heard = reader.readList({ $0.read(UInt16.self).map { NodeID($0) } }),
            let unfinished = reader.read(UInt32.self),
            let copies = reader.readList({ CopyProgress(from: &$0) }),
            let complaints = reader.readList({ reader -> Complaint? in
                guard let shard = reader.read(UInt16.self), let reason = reader.readString() else {
                    return nil
                }
                return Complaint(shard: ShardID(shard), reason: reason)
            })
        else { return nil }
        let map = bytes.isEmpty ? nil : ClusterMap(encoded: bytes)
        guard bytes.isEmpty || map != nil else { return nil }
        self.init(
            map: map,
            heard: heard,
            unfinished: Int(unfinished),
            copies: copies,
            complaints: complaints
        )
    }
}
