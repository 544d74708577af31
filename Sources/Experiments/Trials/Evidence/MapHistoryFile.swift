internal import Clusters
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
