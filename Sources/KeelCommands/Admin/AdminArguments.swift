import ArgumentParser
import Coordination
import StoreNode
import Topology

/// `3` or `n3`.
struct NodeArgument: ExpressibleByArgument {
    let node: NodeID

    init?(argument: String) {
        let digits = argument.hasPrefix("n") ? argument.dropFirst() : argument[...]
        guard let number = UInt16(digits), number > 0 else { return nil }
        node = NodeID(number)
    }
}

/// `17` or `s17`.
struct ShardArgument: ExpressibleByArgument {
    let shard: ShardID

    init?(argument: String) {
        let digits = argument.hasPrefix("s") ? argument.dropFirst() : argument[...]
        guard let number = UInt16(digits), Int(number) < ClusterMap.shardLimit else { return nil }
        shard = ShardID(number)
    }
}

/// `6=10.0.0.6:6379:16379`, or `6` for a node that is known.
struct JoiningArgument: ExpressibleByArgument {
    let node: JoiningNode

    init?(argument: String) {
        if let known = NodeArgument(argument: argument) {
            node = JoiningNode(known.node, at: nil)
            return
        }
        guard let member = CoordinatorSettings.Member(argument) else { return nil }
        node = JoiningNode(
            member.node,
            at: .init(host: member.host, port: member.port, peerPort: member.peerPort)
        )
    }
}

/// `2=1.5`.
struct WeightArgument: ExpressibleByArgument {
    let weight: NodeWeight

    init?(argument: String) {
        let parts = argument.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, let node = NodeArgument(argument: String(parts[0])),
            let number = Double(parts[1]), number > 0, number.isFinite
        else { return nil }
        weight = NodeWeight(node.node, number)
    }
}

extension KeelCommandLine {
    /// Reads `10.0.0.8:7000,10.0.0.9:7000`.
    static func endpoints(_ text: String) throws -> [Endpoint] {
        try text.split(separator: ",").map { try endpoint(String($0)) }
    }
}
