internal import Consistency
internal import Foundation
internal import Topology

/// The history of the cluster map that a coordinator left behind.
enum MapHistoryFile {
    static let name = "map-history"

    /// Reads the history, and keeps a copy of it with the trial; nil where there is none.
    static func take(from path: String, into folder: String) -> MapHistory? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        try? text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        var history = MapHistory()
        for change in text.split(separator: "\n").compactMap({ ShardChange(line: $0) }) {
            let replicas = change.assignment.replicas
            let entry = MapHistory.Entry(
                at: Int64(clamping: change.at),
                term: change.assignment.term.value,
                inSync: change.assignment.inSync.map { Int($0.value) },
                copies: replicas.reduce(into: [:]) { $0[Int($1.node.value)] = $1.copy.value },
                isDegraded: change.assignment.isDegraded
            )
            history.append(entry, shard: Int(change.shard.value))
        }
        return history
    }
}
