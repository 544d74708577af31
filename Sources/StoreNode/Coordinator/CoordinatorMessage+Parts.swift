internal import Coordination
internal import Topology

extension UnavailableShards {
    func encode(into writer: inout ByteWriter) {
        writer.write(reason)
        writer.write(UInt16(shards.count))
        for shard in shards { writer.write(shard.value) }
    }

    init?(from reader: inout ByteReader) {
        guard let reason = reader.readString(),
            let shards = reader.readList({ $0.read(UInt16.self).map { ShardID($0) } })
        else { return nil }
        self.init(reason: reason, shards: shards)
    }
}

extension NodeStatus {
    func encode(into writer: inout ByteWriter) {
        writer.write(node.value)
        writer.write(boot.value)
        writer.write(copy.value)
        writer.write(cluster.value)
        writer.write(epoch.value)
        writer.write(loopSilence)
        writer.write(UInt16(vouched.count))
        for shard in vouched { writer.write(shard.value) }
        writer.write(UInt16(impeded.count))
        for shard in impeded {
            writer.write(shard.shard.value)
            writer.write(shard.term.value)
            writer.write(shard.leaseless)
            writer.write(shard.stuck)
        }
        writer.write(UInt16(reaches.count))
        for node in reaches { writer.write(node.value) }
        writer.write(UInt16(copies.count))
        for copy in copies { copy.encode(into: &writer) }
        writer.write(UInt16(ends.count))
        for end in ends { end.encode(into: &writer) }
    }

    init?(from reader: inout ByteReader) {
        guard let node = reader.read(UInt16.self), let boot = reader.read(UInt64.self),
            let copy = reader.read(UInt64.self), let cluster = reader.read(UInt64.self),
            let epoch = reader.read(UInt64.self), let loopSilence = reader.read(UInt64.self),
            let vouched = reader.readList({ $0.read(UInt16.self).map { ShardID($0) } }),
            let impeded = reader.readList({ ImpededShard(from: &$0) }),
            let reaches = reader.readList({ $0.read(UInt16.self).map { NodeID($0) } }),
            let copies = reader.readList({ CopyProgress(from: &$0) }),
            let ends = reader.readList({ ShardEnd(from: &$0) })
        else { return nil }
        self.init(
            node: NodeID(node),
            boot: BootID(boot),
            copy: CopyID(copy),
            cluster: ClusterID(cluster),
            epoch: Epoch(epoch),
            loopSilence: loopSilence,
            vouched: vouched,
            impeded: impeded,
            reaches: reaches
        )
        self.copies = copies
        self.ends = ends
    }
}

extension ShardEnd {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.write(shard.value)
        writer.write(end.term.value)
        writer.write(end.index)
    }

    fileprivate init?(from reader: inout ByteReader) {
        guard let shard = reader.read(UInt16.self), let term = reader.read(UInt64.self),
            let index = reader.read(UInt64.self)
        else { return nil }
        self.init(shard: ShardID(shard), end: LogPosition(term: Term(term), index: index))
    }
}

extension CopyProgress {
    func encode(into writer: inout ByteWriter) {
        writer.write(shard.value)
        writer.write(node.value)
        writer.write(sentBytes)
        writer.write(totalBytes)
    }

    init?(from reader: inout ByteReader) {
        guard let shard = reader.read(UInt16.self), let node = reader.read(UInt16.self),
            let sent = reader.read(UInt64.self), let total = reader.read(UInt64.self)
        else { return nil }
        self.init(
            shard: ShardID(shard),
            node: NodeID(node),
            sentBytes: sent,
            totalBytes: total
        )
    }
}

extension ImpededShard {
    fileprivate init?(from reader: inout ByteReader) {
        guard let shard = reader.read(UInt16.self), let term = reader.read(UInt64.self),
            let leaseless = reader.read(UInt64.self), let stuck = reader.read(UInt64.self)
        else { return nil }
        self.init(shard: ShardID(shard), term: Term(term), leaseless: leaseless, stuck: stuck)
    }
}

extension ShardProposal {
    func encode(into writer: inout ByteWriter) {
        writer.write(shard.value)
        writer.write(term.value)
        writer.write(version)
        switch change {
        case .replicas(let replicas):
            writer.write(UInt8(1))
            writer.write(UInt16(replicas.count))
            for replica in replicas { replica.encode(into: &writer) }
        case .degrade(let isDegraded, let replicas):
            writer.write(UInt8(3))
            writer.write(isDegraded)
            writer.write(UInt16(replicas.count))
            for replica in replicas { replica.encode(into: &writer) }
        case .handOver(let heir):
            writer.write(UInt8(2))
            writer.write(heir.value)
        case .succession(let heir, let replicas):
            writer.write(UInt8(4))
            writer.write(heir.value)
            writer.write(UInt16(replicas.count))
            for replica in replicas { replica.encode(into: &writer) }
        }
    }

    init?(from reader: inout ByteReader) {
        guard let shard = reader.read(UInt16.self), let term = reader.read(UInt64.self),
            let version = reader.read(UInt64.self), let kind = reader.read(UInt8.self)
        else { return nil }
        let change: Change
        switch kind {
        case 1:
            guard let replicas = reader.readList({ ReplicaAssignment(from: &$0) }) else {
                return nil
            }
            change = .replicas(replicas)
        case 2:
            guard let heir = reader.read(UInt16.self) else { return nil }
            change = .handOver(to: NodeID(heir))
        case 3:
            guard let isDegraded = reader.readBool(),
                let replicas = reader.readList({ ReplicaAssignment(from: &$0) })
            else { return nil }
            change = .degrade(isDegraded, replicas)
        case 4:
            guard let heir = reader.read(UInt16.self),
                let replicas = reader.readList({ ReplicaAssignment(from: &$0) })
            else { return nil }
            change = .succession(to: NodeID(heir), replicas)
        default: return nil
        }
        self.init(shard: ShardID(shard), term: Term(term), version: version, change: change)
    }
}

extension ByteReader {
    /// A count of 16 bits and as many elements.
    mutating func readList<Element>(
        _ element: (inout ByteReader) -> Element?
    ) -> [Element]? {
        guard let count = read(UInt16.self) else { return nil }
        var list: [Element] = []
        for _ in 0..<count {
            guard let next = element(&self) else { return nil }
            list.append(next)
        }
        return list
    }
}
