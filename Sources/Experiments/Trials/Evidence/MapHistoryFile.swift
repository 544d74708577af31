internal import Clusters
internal import Consistency
internal import Foundation
internal import Topology

/// The history of the cluster map that coordinators left behind.
enum MapHistoryFile {
    static let name = "map-history"

    /// Reads the histories, and keeps a copy of them with the trial; nil where there is none.
    ///
    /// Several coordinators lead one after the other, and each begins with the map that it found.
    static func take(from paths: [String], into folder: String) -> MapHistory? {
        let texts = paths.compactMap { try? String(contentsOfFile: $0, encoding: .utf8) }
        guard !texts.isEmpty else { return nil }
        let text = texts.joined()
        try? text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        var changes = text.split(separator: "\n").compactMap { ShardChange(line: $0) }
        if texts.count > 1 { changes = merged(changes) }
        var history = MapHistory()
        for change in changes {
            let replicas = change.assignment.replicas
            let entry = MapHistory.Entry(
                at: Int64(clamping: change.at),
                term: change.assignment.term.value,
                epoch: change.epoch.value,
                primary: change.assignment.primary.map { Int($0.value) },
                boot: change.assignment.primaryBoot.value,
                inSync: change.assignment.inSync.map { Int($0.value) },
                copies: replicas.reduce(into: [:]) { $0[Int($1.node.value)] = $1.copy.value },
                isDegraded: change.assignment.isDegraded
            )
            history.append(entry, shard: Int(change.shard.value))
        }
        return history
    }
}

extension MapHistoryFile {
    /// In the order of their versions, each change once and as early as anybody told it.
    private static func merged(_ changes: [ShardChange]) -> [ShardChange] {
        var last: [ShardID: UInt64] = [:]
        return changes.sorted {
            ($0.shard.value, $0.assignment.version, $0.at)
                < ($1.shard.value, $1.assignment.version, $1.at)
        }.filter { change in
            defer { last[change.shard] = change.assignment.version }
            return last[change.shard] != change.assignment.version
        }.sorted { ($0.at, $0.epoch.value) < ($1.at, $1.epoch.value) }
    }
}

extension TrialAftermath {
    /// Who was a primary in which term: by the map, and by what each node said of itself.
    ///
    /// Where no history of the map tells the terms, its versions stand for them.
    func reigns(shardCount: Int) -> [PrimaryReign]? {
        guard mapHistory != nil || !claims.isEmpty else { return nil }
        var reigns = mapHistory?.reigns ?? []
        let slotsOfShard = KeySlot.count / max(1, shardCount)
        for claim in claims {
            for shard in claim.slots.lowerBound / slotsOfShard...claim.slots.upperBound
                / slotsOfShard
            {
                let epoch = claim.epoch
                guard let term = mapHistory.map({ $0.term(of: shard, inEpoch: epoch) }) ?? epoch
                else { continue }
                reigns.append(
                    PrimaryReign(
                        shard: shard,
                        term: term,
                        node: Int(claim.node.value),
                        boot: nil,
                        witness: .node,
                        at: Int64(claim.at)
                    )
                )
            }
        }
        return reigns
    }
}
