internal import NIOCore
internal import RESP
internal import Replication
internal import Topology

/// The cluster map as Redis Cluster's clients want it told.
///
/// In Redis a node is either a primary or a backup; here it is a primary for some slots and a backup
/// for others. So every node is called a master, each with the slots it is the primary of, and only
/// SLOTS and SHARDS, which speak of ranges, name the backups of each.
struct ClusterView {
    let map: ClusterMap?
    let ownID: NodeID
    private let summary: NodeCore.Summary

    init(_ node: Node) {
        map = node.map
        ownID = node.configuration.id
        summary = node.summary
    }

    /// Forty hexadecimal digits, as clients expect them: the cluster's identity and the node's number.
    func identity(_ node: NodeID) -> String {
        let cluster = map?.cluster ?? .none
        return padded(cluster.value, 16) + String(repeating: "0", count: 20)
            + padded(UInt64(node.value), 4)
    }

    private func padded(_ value: UInt64, _ width: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// One run of slots with the same primary and the same backups.
    struct SlotRange {
        var slots: ClosedRange<Int>
        var primary: NodeID?
        var backups: [NodeID]
    }

    /// All slots in order, neighbours that are served alike as one.
    var ranges: [SlotRange] {
        guard let map else { return [] }
        var ranges: [SlotRange] = []
        for index in map.shards.indices {
            let assignment = map.shards[index]
            let slots = KeySlot.slots(of: ShardID(UInt16(index)), shardCount: map.shards.count)
            // Who is still being filled has nothing to tell.
            let backups = assignment.members.map(\.node).filter { $0 != assignment.primary }
            if let last = ranges.last, last.primary == assignment.primary, last.backups == backups {
                ranges[ranges.count - 1].slots = last.slots.lowerBound...slots.upperBound - 1
            } else {
                ranges.append(
                    SlotRange(
                        slots: slots.lowerBound...slots.upperBound - 1,
                        primary: assignment.primary,
                        backups: backups
                    )
                )
            }
        }
        return ranges
    }

    /// The text of `CLUSTER NODES`.
    var nodeLines: String {
        guard let map else { return "" }
        let ranges = ranges
        var text = ""
        for node in map.nodes {
            let flags = node.id == ownID ? "myself,master" : "master"
            text +=
                "\(identity(node.id)) \(node.host):\(node.port)@\(node.peerPort) \(flags) - 0 0 "
            text += "\(map.epoch.value) connected"
            for slots in primarySlots(of: node.id, ranges) { text += " " + name(slots) }
            text += "\n"
        }
        return text
    }

    /// Neighbours as one, whoever their backups are.
    private func primarySlots(of node: NodeID, _ ranges: [SlotRange]) -> [ClosedRange<Int>] {
        var merged: [ClosedRange<Int>] = []
        for range in ranges where range.primary == node {
            if let last = merged.last, last.upperBound + 1 == range.slots.lowerBound {
                merged[merged.count - 1] = last.lowerBound...range.slots.upperBound
            } else {
                merged.append(range.slots)
            }
        }
        return merged
    }

    private func name(_ slots: ClosedRange<Int>) -> String {
        slots.count == 1 ? "\(slots.lowerBound)" : "\(slots.lowerBound)-\(slots.upperBound)"
    }

    /// The text of `CLUSTER INFO`.
    ///
    /// The state is `ok` when every slot has a primary and this node serves all of its own; the lines
    /// that Redis does not have say whether all replicas of those follow, and whether no shard is on
    /// its way to another node.
    var information: String {
        let served = ranges.lazy.filter { $0.primary != nil }.reduce(0) { $0 + $1.slots.count }
        let primaries = Set(ranges.compactMap(\.primary)).count
        let own = map?.shards.count { $0.primary == ownID } ?? 0
        let isOK = served == KeySlot.count && summary.leased == own
        let isReplicated = isOK && summary.shrunkenSets == 0
        let lines = [
            "cluster_enabled:1",
            "cluster_state:\(isOK ? "ok" : "fail")",
            "cluster_replication_online:\(isReplicated ? 1 : 0)",
            "cluster_settled:\(map?.operation == nil ? 1 : 0)",
            "cluster_slots_assigned:\(map == nil ? 0 : KeySlot.count)",
            "cluster_slots_ok:\(served)",
            "cluster_slots_pfail:0",
            "cluster_slots_fail:\(map == nil ? 0 : KeySlot.count - served)",
            "cluster_known_nodes:\(map?.nodes.count ?? 1)",
            "cluster_size:\(primaries)",
            "cluster_current_epoch:\(map?.epoch.value ?? 0)",
            "cluster_my_epoch:\(map?.epoch.value ?? 0)",
            "cluster_stats_messages_sent:0",
            "cluster_stats_messages_received:0",
        ]
        return lines.joined(separator: "\r\n") + "\r\n"
    }
}

// MARK: SLOTS and SHARDS

extension ClusterView {
    /// Writes the reply of `CLUSTER SLOTS`: each range with its primary first.
    func writeSlots(to buffer: inout ByteBuffer, _ version: RESPVersion) {
        let served = ranges.filter { $0.primary != nil }
        buffer.writeArrayHeader(count: served.count)
        for range in served {
            let nodes = ([range.primary].compactMap(\.self) + range.backups).compactMap(describe)
            buffer.writeArrayHeader(count: 2 + nodes.count)
            buffer.writeRESPInteger(range.slots.lowerBound)
            buffer.writeRESPInteger(range.slots.upperBound)
            for node in nodes {
                buffer.writeArrayHeader(count: 4)
                buffer.writeBulk(node.host)
                buffer.writeRESPInteger(Int(node.port))
                buffer.writeBulk(identity(node.id))
                buffer.writeArrayHeader(count: 0)
            }
        }
    }

    /// Writes the reply of `CLUSTER SHARDS`: ranges with the same nodes together.
    func writeShards(to buffer: inout ByteBuffer, _ version: RESPVersion) {
        let groups = groups
        buffer.writeArrayHeader(count: groups.count)
        for group in groups {
            buffer.writeMapHeader(count: 2, version)
            buffer.writeBulk("slots")
            buffer.writeArrayHeader(count: group.slots.count * 2)
            for slots in group.slots {
                buffer.writeRESPInteger(slots.lowerBound)
                buffer.writeRESPInteger(slots.upperBound)
            }
            buffer.writeBulk("nodes")
            let nodes = ([group.primary].compactMap(\.self) + group.backups).compactMap(describe)
            buffer.writeArrayHeader(count: nodes.count)
            for node in nodes { write(node, isPrimary: node.id == group.primary, &buffer, version) }
        }
    }

    private struct Group {
        var primary: NodeID?
        var backups: [NodeID]
        var slots: [ClosedRange<Int>]
    }

    private var groups: [Group] {
        var groups: [Group] = []
        for range in ranges {
            let known = groups.firstIndex {
                $0.primary == range.primary && $0.backups == range.backups
            }
            if let known {
                groups[known].slots.append(range.slots)
            } else {
                groups.append(
                    Group(primary: range.primary, backups: range.backups, slots: [range.slots])
                )
            }
        }
        return groups
    }

    private func write(
        _ node: NodeDescription,
        isPrimary: Bool,
        _ buffer: inout ByteBuffer,
        _ version: RESPVersion
    ) {
        buffer.writeMapHeader(count: 7, version)
        buffer.writeBulk("id")
        buffer.writeBulk(identity(node.id))
        buffer.writeBulk("port")
        buffer.writeRESPInteger(Int(node.port))
        buffer.writeBulk("ip")
        buffer.writeBulk(node.host)
        buffer.writeBulk("endpoint")
        buffer.writeBulk(node.host)
        buffer.writeBulk("role")
        buffer.writeBulk(isPrimary ? "master" : "replica")
        buffer.writeBulk("replication-offset")
        buffer.writeRESPInteger(0)
        buffer.writeBulk("health")
        buffer.writeBulk("online")
    }

    private func describe(_ node: NodeID) -> NodeDescription? { map?.node(node) }
}
