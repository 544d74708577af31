internal import Coordination
internal import Replication
internal import Topology

extension Node {
    func information(sections: [String]) -> String {
        Information(node: self).text(sections: sections)
    }

    func logLines() -> [(name: String, value: String)] {
        guard let figures = log?.figures else { return [] }
        return [
            ("log_segment", String(figures.segment)),
            ("log_written_bytes", String(figures.bytes)),
            ("log_writes", String(figures.writes)),
            ("log_syncs", String(figures.syncs)),
            ("log_last_sync_usec", String(figures.lastSyncNanoseconds / 1000)),
            ("log_queued_bytes", String(figures.queuedBytes)),
            ("log_is_stale", figures.isStale ? "1" : "0"),
        ]
    }

    /// Why shards of the whole cluster stay unavailable: a line for each reason.
    private func unavailableLines() -> [(name: String, value: String)] {
        let count = unavailable.reduce(0) { $0 + $1.shards.count }
        let reasons = unavailable.prefix(Self.namedReasons).enumerated().map { index, group in
            let named = group.shards.prefix(Self.namedShards).map(\.description)
            let more = group.shards.count - named.count
            let shards = named.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
            return (name: "unavailable_\(index)", value: "\(shards): \(group.reason)")
        }
        return [("unavailable_shards", String(count))] + reasons
    }

    private static let namedReasons = 8
    private static let namedShards = 16

    func replicationLines() -> [(name: String, value: String)] {
        let summary = summary
        return [
            ("role", "master"),
            ("epoch", String(summary.epoch.value)),
            ("mode", summary.mode),
            ("placement", map?.placement ?? ""),
            ("replicas", String(map?.replicaCount ?? 0)),
            ("primary_shards", String(summary.primaries)),
            ("backup_shards", String(summary.backups)),
            ("recovering_shards", String(summary.recovering)),
            ("leased_shards", String(summary.leased)),
            ("shards_with_missing_replicas", String(summary.shrunkenSets)),
            ("degraded_shards", String(summary.degraded)),
            ("reads", configuration.reads.rawValue),
            ("replica_read_bound_ms", String(configuration.replicaReadBound / 1_000_000)),
            (
                "replica_age_ms",
                summary.greatestAge.map { String(($0 + 999_999) / 1_000_000) } ?? "unknown"
            ),
            ("replica_reads", String(statistics.replicaReads)),
            ("replica_reads_too_old", String(statistics.staleReads)),
            ("moved_bytes", String(summary.movedBytes)),
            ("highest_term", String(summary.highestTerm.value)),
            ("uncommitted_entries", String(summary.uncommitted)),
            ("waiting_requests", String(summary.waiting)),
            ("log_entries_in_memory", String(summary.logEntries)),
            ("log_bytes_in_memory", String(summary.logBytes)),
            (
                "connected_peers",
                summary.linkedPeers.map { String($0.value) }.joined(separator: ",")
            ),
        ] + unavailableLines()
    }
}
