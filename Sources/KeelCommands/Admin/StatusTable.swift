import Coordination
import Topology

/// A cluster's status for people.
enum StatusTable {
    static func text(_ status: ClusterStatus) -> String {
        guard let map = status.map else {
            let heard = status.heard.map(\.description).joined(separator: ", ")
            return "the cluster waits for its nodes to register; heard are "
                + (heard.isEmpty ? "none" : heard)
        }
        var lines = [
            "cluster \(map.cluster), epoch \(map.epoch.value): \(map.shards.count) shards of "
                + "\(map.replicaCount) copies, \(map.replication), placed by \(map.placement)"
        ]
        lines.append(movement(status, map))
        lines += table(rows(status, map))
        lines += complaints(status)
        return lines.joined(separator: "\n")
    }

    private static func movement(_ status: ClusterStatus, _ map: ClusterMap) -> String {
        let limit = map.moveRate == 0 ? "" : ", at most \(map.moveRate >> 20) MiB/s"
        guard let operation = map.operation else { return "nothing moves\(limit)" }
        let copies = status.copies.map { copy in
            let share = copy.totalBytes > 0 ? copy.sentBytes * 100 / copy.totalBytes : 0
            return ", \(copy.shard) to \(copy.node) \(share) %"
        }
        return "\(operation.kind.name): \(status.unfinished) shards are not where they are to be"
            + copies.joined() + limit
    }

    private static func rows(_ status: ClusterStatus, _ map: ClusterMap) -> [[String]] {
        let header = [
            "node", "clients", "peers", "heard", "takes part", "reigns", "copies", "behind",
            "weight", "zone",
        ]
        let rows = map.nodes.map { node in
            let figures = NodeFigures(of: node.id, in: status, map)
            let seat = map.membership.seat(of: node.id)
            return [
                "\(node.id)", "\(node.host):\(node.port)", "\(node.peerPort)",
                figures.isHeard ? "yes" : "no", figures.part, "\(figures.primaries)",
                "\(figures.copies)", "\(figures.behind)",
                seat.map { "\($0.weight)" } ?? "-", seat.map { "\($0.zone)" } ?? "-",
            ]
        }
        return [header] + rows
    }

    private static func table(_ rows: [[String]]) -> [String] {
        let widths = (rows.first ?? []).indices.map { column in
            rows.map { $0[column].count }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell + String(repeating: " ", count: widths[column] - cell.count + 2)
            }
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// Shards with the same complaint share a line.
    private static func complaints(_ status: ClusterStatus) -> [String] {
        var reasons: [String] = []
        for complaint in status.complaints where !reasons.contains(complaint.reason) {
            reasons.append(complaint.reason)
        }
        return reasons.map { reason in
            let shards = status.complaints.filter { $0.reason == reason }.map(\.shard)
            let named = shards.prefix(8).map(\.description).joined(separator: ", ")
            let more = shards.count > 8 ? " and \(shards.count - 8) more" : ""
            return "unavailable: \(named)\(more): \(reason)"
        }
    }
}

/// What one node has of the shards.
struct NodeFigures {
    var isHeard: Bool
    /// In one word: what the node has to do with the placement.
    var part: String
    var primaries = 0
    /// Replicas that count, those of which it is the primary included.
    var copies = 0
    /// Replicas that are not in sync, or are still being filled.
    var behind = 0

    init(of node: NodeID, in status: ClusterStatus, _ map: ClusterMap) {
        isHeard = status.heard.contains(node)
        for shard in map.shards {
            guard let replica = shard.replica(node) else { continue }
            if shard.primary == node { primaries += 1 }
            if replica.standing != .joining { copies += 1 }
            if !replica.isInSync { behind += 1 }
        }
        if map.membership.contains(node) {
            let isNew = map.operation.map { !$0.former.contains(node) } ?? false
            part = isNew ? "joining" : "member"
        } else {
            part = map.operation == nil || copies == 0 ? "drained" : "leaving"
        }
    }
}
