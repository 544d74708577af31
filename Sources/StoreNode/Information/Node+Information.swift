internal import Replication
internal import Topology

extension Node {
    func information(sections: [String]) -> String {
        Information(node: self).text(sections: sections)
    }

    func logLines() -> [(name: String, value: String)] { [] }

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
            ("highest_term", String(summary.highestTerm.value)),
            ("uncommitted_entries", String(summary.uncommitted)),
            ("waiting_requests", String(summary.waiting)),
            ("log_entries_in_memory", String(summary.logEntries)),
            ("log_bytes_in_memory", String(summary.logBytes)),
            (
                "connected_peers",
                summary.linkedPeers.map { String($0.value) }.joined(separator: ",")
            ),
        ]
    }
}
