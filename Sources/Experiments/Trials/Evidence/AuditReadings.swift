internal import Clusters
internal import Consistency
internal import LoadGeneration
internal import Topology

extension Cluster {
    /// Every node with the number that it has in reports.
    var clusterNodes: [ClusterNode] {
        addresses.map { address in
            ClusterNode(
                number: Int(address.node.value),
                endpoint: Address(host: address.host, port: Int(address.port))
            )
        }
    }
}

extension KeyReading {
    init(_ copies: KeyCopies, shardCount: Int) {
        self.init(
            key: copies.key,
            shard: Int(KeySlot.shard(ofSlot: copies.slot, shardCount: shardCount).value),
            copies: copies.copies.map { copy in
                Copy(node: copy.node, isPrimary: copy.isPrimary, value: CopyValue(copy.value))
            }
        )
    }
}

extension CopyValue {
    init(_ value: StoredValue) {
        self =
            switch value {
            case .absent: .absent
            case .stamped(let stamp): .stamped(stamp)
            case .garbage: .garbage
            case .unread: .unread
            }
    }
}

extension CopyReading {
    init(_ copies: CopyDump.Copies, shardCount: Int) {
        self.init(
            key: copies.key,
            shard: Int(KeySlot.shard(ofSlot: copies.slot, shardCount: shardCount).value),
            copies: copies.copies.map { copy in
                let content: Content =
                    switch copy.content {
                    case .absent: .absent
                    case .unread: .unread
                    case .held(let digest, let text): .held(digest: digest, text: text)
                    }
                return Copy(node: copy.node, isPrimary: copy.isPrimary, content: content)
            }
        )
    }
}
