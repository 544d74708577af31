internal import CJemalloc
import Glibc
internal import Replication
internal import Storage
internal import Topology

/// The text of `INFO`: sections of `name:value` lines, in the words of Redis where it has some.
struct Information {
    let node: Node

    private typealias Lines = [(name: String, value: String)]

    /// Writes the sections that are asked for by name; all for none, `all`, `default`, `everything`.
    func text(sections asked: [String]) -> String {
        let all: [(name: String, lines: () -> Lines)] = [
            ("Server", server), ("Clients", clients), ("Memory", memory),
            ("Persistence", persistence), ("Stats", statistics), ("Replication", replication),
            ("CPU", processor), ("Cluster", cluster), ("Keyspace", keyspace),
        ]
        let wantsAll =
            asked.isEmpty || asked.contains { ["all", "default", "everything"].contains($0) }
        var text = ""
        for section in all where wantsAll || asked.contains(section.name.lowercased()) {
            if !text.isEmpty { text += "\r\n" }
            text += "# \(section.name)\r\n"
            for line in section.lines() { text += "\(line.name):\(line.value)\r\n" }
        }
        return text
    }

    private func server() -> Lines {
        let uptime = Int(node.clock.now.since(node.startedAt) / 1_000_000_000)
        return [
            ("redis_version", Version.redisCompatibility),
            ("keel_version", Version.keel),
            ("redis_mode", "cluster"),
            ("process_id", String(getpid())),
            ("run_id", node.identity.boot.description),
            ("copy_id", node.identity.copy.description),
            ("node_id", String(node.configuration.id.value)),
            ("tcp_port", String(node.port)),
            ("uptime_in_seconds", String(uptime)),
            ("uptime_in_days", String(uptime / 86_400)),
            ("mem_allocator", "jemalloc-\(AllocatorFigures.version)"),
        ]
    }

    private func clients() -> Lines {
        [
            ("connected_clients", String(node.clients.count)),
            ("maxclients", String(ClientTable.limit)),
        ]
    }

    private func memory() -> Lines {
        let figures = AllocatorFigures.now()
        let ratio = figures.allocated > 0 ? Double(figures.resident) / Double(figures.allocated) : 0
        return [
            ("used_memory", String(figures.allocated)),
            ("used_memory_rss", String(figures.resident)),
            ("used_memory_peak_rss", String(ProcessFigures.now().peakResident)),
            ("used_memory_dataset", String(node.summary.recordBytes)),
            ("allocator_allocated", String(figures.allocated)),
            ("allocator_active", String(figures.active)),
            ("allocator_resident", String(figures.resident)),
            ("allocator_mapped", String(figures.mapped)),
            ("mem_fragmentation_ratio", decimal(ratio, places: 2)),
            ("maxmemory", "0"),
        ]
    }

    private func persistence() -> Lines {
        [
            ("loading", "0"),
            ("durability", node.configuration.durability.rawValue),
            ("aof_enabled", node.configuration.durability == .memory ? "0" : "1"),
        ] + node.logLines()
    }

    private func statistics() -> Lines {
        let counted = node.statistics
        return [
            ("total_connections_received", String(counted.connectionsReceived)),
            ("total_commands_processed", String(counted.commandsProcessed)),
            ("total_net_input_bytes", String(counted.inputByteCount)),
            ("total_net_output_bytes", String(counted.outputByteCount)),
            ("rejected_connections", String(counted.rejectedConnections)),
            ("expired_keys", String(node.summary.expiredKeys)),
            ("keyspace_hits", String(counted.keyspaceHits)),
            ("keyspace_misses", String(counted.keyspaceMisses)),
        ]
    }

    private func replication() -> Lines { node.replicationLines() }

    private func processor() -> Lines {
        let figures = ProcessFigures.now()
        return [
            ("used_cpu_sys", decimal(figures.systemSeconds, places: 6)),
            ("used_cpu_user", decimal(figures.userSeconds, places: 6)),
        ]
    }

    private func cluster() -> Lines {
        [("cluster_enabled", "1")]
    }

    private func keyspace() -> Lines {
        let count = node.keyCount
        let expiring = node.expiringKeyCount
        return count == 0 ? [] : [("db0", "keys=\(count),expires=\(expiring),avg_ttl=0")]
    }
}

/// A number with so many digits behind the point.
func decimal(_ value: Double, places: Int) -> String {
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = Int((value * scale).rounded())
    let digits = String(scaled.magnitude)
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    return "\(scaled < 0 ? "-" : "")\(padded.dropLast(places)).\(padded.suffix(places))"
}
