/// The binary form of a cluster map, as it is stored and announced. Integers are little-endian; the
/// first byte is the format's version.
extension ClusterMap {
    private static let formatVersion: UInt8 = 2

    public func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.write(Self.formatVersion)
        writer.write(cluster.value)
        writer.write(epoch.value)
        writer.write(placement)
        writer.write(replication)
        writer.write(UInt16(replicaCount))
        election.encode(into: &writer)
        writer.write(degradedElection != nil)
        degradedElection?.encode(into: &writer)
        writer.write(UInt16(nodes.count))
        for node in nodes {
            writer.write(node.id.value)
            writer.write(node.host)
            writer.write(node.port)
            writer.write(node.peerPort)
            writer.write(node.boot.value)
            writer.write(node.copy.value)
        }
        writer.write(UInt16(shards.count))
        for shard in shards { shard.encode(into: &writer) }
        membership.encode(into: &writer)
        writer.write(operation != nil)
        operation?.encode(into: &writer)
        writer.write(moveRate)
        return writer.bytes
    }

    /// Nil where the bytes are not a whole, well-formed map of a known version.
    public init?(encoded bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard reader.read(UInt8.self) == Self.formatVersion,
            let cluster = reader.read(UInt64.self), let epoch = reader.read(UInt64.self),
            let placement = reader.readString(), let replication = reader.readString(),
            let replicaCount = reader.read(UInt16.self),
            let election = ElectionRule(from: &reader), let degrades = reader.readBool()
        else { return nil }
        let degradedElection = degrades ? ElectionRule(from: &reader) : nil
        guard (degradedElection != nil) == degrades, let nodeCount = reader.read(UInt16.self),
            Int(nodeCount) <= Self.nodeLimit
        else { return nil }
        var nodes: [NodeDescription] = []
        for _ in 0..<nodeCount {
            guard let node = NodeDescription(from: &reader) else { return nil }
            nodes.append(node)
        }
        guard let shardCount = reader.read(UInt16.self), Int(shardCount) <= Self.shardLimit else {
            return nil
        }
        var shards: [ShardAssignment] = []
        for _ in 0..<shardCount {
            guard let shard = ShardAssignment(from: &reader) else { return nil }
            shards.append(shard)
        }
        guard let membership = Membership(from: &reader), let isChanging = reader.readBool() else {
            return nil
        }
        var operation: MembershipOperation?
        if isChanging {
            operation = MembershipOperation(from: &reader)
            if operation == nil { return nil }
        }
        guard let moveRate = reader.read(UInt64.self), reader.remaining == 0 else { return nil }
        self.init(
            cluster: ClusterID(cluster),
            epoch: Epoch(epoch),
            placement: placement,
            replication: replication,
            replicaCount: Int(replicaCount),
            election: election,
            nodes: nodes,
            shards: shards
        )
        self.degradedElection = degradedElection
        self.membership = membership
        self.operation = operation
        self.moveRate = moveRate
    }
}

extension ElectionRule {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.write(electsFromInSync)
        writer.write(UInt16(recoverySetSize))
        writer.write(UInt16(minimumInSync))
        writer.write(isChain)
    }

    fileprivate init?(from reader: inout ByteReader) {
        guard let electsFromInSync = reader.readBool(),
            let recoverySetSize = reader.read(UInt16.self),
            let minimumInSync = reader.read(UInt16.self), let isChain = reader.readBool()
        else { return nil }
        self.init(
            electsFromInSync: electsFromInSync,
            recoverySetSize: Int(recoverySetSize),
            minimumInSync: Int(minimumInSync),
            isChain: isChain
        )
    }
}

extension NodeDescription {
    fileprivate init?(from reader: inout ByteReader) {
        guard let id = reader.read(UInt16.self), let host = reader.readString(),
            let port = reader.read(UInt16.self), let peerPort = reader.read(UInt16.self),
            let boot = reader.read(UInt64.self), let copy = reader.read(UInt64.self)
        else { return nil }
        self.init(
            id: NodeID(id),
            host: host,
            port: port,
            peerPort: peerPort,
            boot: BootID(boot),
            copy: CopyID(copy)
        )
    }
}

extension ShardAssignment {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.write(term.value)
        writer.write(primary?.value ?? 0)
        writer.write(primaryBoot.value)
        writer.write(version)
        writer.write(isDegraded)
        writer.write(acceptedLosses)
        writer.write(heir?.value ?? 0)
        writer.write(UInt8(replicas.count))
        for replica in replicas { replica.encode(into: &writer) }
    }

    fileprivate init?(from reader: inout ByteReader) {
        guard let term = reader.read(UInt64.self), let primary = reader.read(UInt16.self),
            let boot = reader.read(UInt64.self), let version = reader.read(UInt64.self),
            let isDegraded = reader.readBool(), let losses = reader.read(UInt32.self),
            let heir = reader.read(UInt16.self),
            let count = reader.read(UInt8.self)
        else { return nil }
        var replicas: [ReplicaAssignment] = []
        for _ in 0..<count {
            guard let replica = ReplicaAssignment(from: &reader) else { return nil }
            replicas.append(replica)
        }
        self.init(
            term: Term(term),
            primary: primary == 0 ? nil : NodeID(primary),
            primaryBoot: BootID(boot),
            replicas: replicas,
            version: version,
            acceptedLosses: losses,
            heir: heir == 0 ? nil : NodeID(heir)
        )
        self.isDegraded = isDegraded
    }
}

extension ReplicaAssignment {
    public func encode(into writer: inout ByteWriter) {
        writer.write(node.value)
        writer.write(copy.value)
        writer.write((isInSync ? 1 : 0) | standing.rawValue << 1)
    }

    public init?(from reader: inout ByteReader) {
        guard let node = reader.read(UInt16.self), let copy = reader.read(UInt64.self),
            let marks = reader.read(UInt8.self), let standing = Standing(rawValue: marks >> 1)
        else { return nil }
        self.init(
            node: NodeID(node),
            copy: CopyID(copy),
            isInSync: marks & 1 == 1,
            standing: standing
        )
    }
}
