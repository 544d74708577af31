import Coordination
import Topology

/// A cluster's status for programs: one object, keys as words of the table.
enum StatusJSON {
    static func text(_ status: ClusterStatus) -> String {
        guard let map = status.map else {
            return object([("heard", list(status.heard.map { "\($0.value)" }))])
        }
        return object([
            ("cluster", quoted(map.cluster.description)),
            ("epoch", "\(map.epoch.value)"),
            ("shards", "\(map.shards.count)"),
            ("replicas", "\(map.replicaCount)"),
            ("replication", quoted(map.replication)),
            ("placement", quoted(map.placement)),
            ("operation", map.operation.map { quoted($0.kind.name) } ?? "null"),
            ("unfinishedShards", "\(status.unfinished)"),
            ("moveBytesPerSecond", "\(map.moveRate)"),
            ("nodes", list(map.nodes.map { node($0, status, map) })),
            ("copies", list(status.copies.map(copy))),
            (
                "unavailable",
                list(
                    status.complaints.map {
                        object([("shard", "\($0.shard.value)"), ("reason", quoted($0.reason))])
                    }
                )
            ),
        ])
    }

    private static func node(
        _ node: NodeDescription,
        _ status: ClusterStatus,
        _ map: ClusterMap
    ) -> String {
        let figures = NodeFigures(of: node.id, in: status, map)
        let seat = map.membership.seat(of: node.id)
        return object([
            ("node", "\(node.id.value)"),
            ("host", quoted(node.host)),
            ("port", "\(node.port)"),
            ("peerPort", "\(node.peerPort)"),
            ("heard", figures.isHeard ? "true" : "false"),
            ("part", quoted(figures.part)),
            ("primaries", "\(figures.primaries)"),
            ("copies", "\(figures.copies)"),
            ("behind", "\(figures.behind)"),
            ("weight", seat.map { "\($0.weight)" } ?? "null"),
            ("zone", seat.map { "\($0.zone)" } ?? "null"),
        ])
    }

    private static func copy(_ copy: CopyProgress) -> String {
        object([
            ("shard", "\(copy.shard.value)"),
            ("node", "\(copy.node.value)"),
            ("sentBytes", "\(copy.sentBytes)"),
            ("totalBytes", "\(copy.totalBytes)"),
        ])
    }

    private static func object(_ members: [(name: String, value: String)]) -> String {
        "{" + members.map { quoted($0.name) + ":" + $0.value }.joined(separator: ",") + "}"
    }

    private static func list(_ elements: [String]) -> String {
        "[" + elements.joined(separator: ",") + "]"
    }

    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
