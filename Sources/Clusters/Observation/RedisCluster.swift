internal import RESP

/// What every store that speaks the Redis Cluster protocol tells of its cluster.
enum RedisCluster {
    /// The map is some ten thousand bytes, so it is asked for only when its epoch is new.
    static func observe(
        _ client: NodeClient,
        knownEpoch: UInt64?
    ) throws(NodeClientError) -> NodeObservation {
        let information = fields(try client.call("CLUSTER", "INFO").text ?? "")
        let epoch = UInt64(information["cluster_current_epoch"] ?? "") ?? 0
        var observation = NodeObservation(
            isServing: information["cluster_state"] == "ok",
            isReplicated: information["cluster_replication_online"] != "0",
            isSettled: information["cluster_settled"] != "0",
            epoch: epoch,
            ranges: nil
        )
        if epoch != knownEpoch {
            let slots = try client.call("CLUSTER", "SLOTS")
            observation.ranges = (slots.elements ?? []).compactMap(range)
            // In between the map may have become another one.
            let after = fields(try client.call("CLUSTER", "INFO").text ?? "")
            observation.isExact = after["cluster_current_epoch"].flatMap { UInt64($0) } == epoch
        }
        return observation
    }

    /// What INFO counts.
    static func figures(_ client: NodeClient) throws(NodeClientError) -> NodeFigures? {
        let information = fields(try client.call("INFO").text ?? "")
        guard let process = information["run_id"],
            let commands = information["total_commands_processed"].flatMap({ Int($0) })
        else { return nil }
        let count = { (name: String) in information[name].flatMap { Int($0) } ?? 0 }
        return NodeFigures(
            process: process,
            commands: commands,
            dataBytes: count("used_memory_dataset"),
            movedBytes: count("moved_bytes")
        )
    }

    /// `name:value` lines.
    private static func fields(_ text: String) -> [String: String] {
        var fields: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[String(line[..<colon])] = String(line[line.index(after: colon)...])
        }
        return fields
    }

    /// First slot, last slot, then the replicas, the primary first.
    private static func range(_ value: RESPValue) -> NodeObservation.Range? {
        guard let parts = value.elements, parts.count >= 3, let first = parts[0].integer,
            let last = parts[1].integer, let primary = holder(parts[2])
        else { return nil }
        return NodeObservation.Range(
            firstSlot: first,
            lastSlot: last,
            primary: primary,
            backups: parts.dropFirst(3).compactMap(holder)
        )
    }

    private static func holder(_ value: RESPValue) -> SlotHolder? {
        guard let parts = value.elements, parts.count >= 2, let host = parts[0].text,
            let port = parts[1].integer
        else { return nil }
        return SlotHolder(host: host, port: port)
    }
}
