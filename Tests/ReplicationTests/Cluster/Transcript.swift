import Coordination
import Replication
import Topology

/// Tells a scenario in lines: what was done, what each node came to think, what the map says, and the
/// messages in which a reign changes hands.
final class Transcript {
    private(set) var lines: [String] = []
    private let cluster: VirtualCluster
    private let begin: UInt64
    private var standings: [String]
    private var map: ClusterMap?
    private var notes: Int

    init(_ cluster: VirtualCluster) {
        self.cluster = cluster
        begin = cluster.now
        standings = Array(repeating: "", count: cluster.nodes.count)
        notes = cluster.notes.count
        map = cluster.coordinator.map
        for node in cluster.nodes { look(at: node.id) }
        for change in ShardChange.changes(from: nil, to: map ?? cluster.noMap, at: 0) {
            say(change)
        }
        cluster.afterStep = { [unowned self] node in look(at: node) }
        cluster.onSend = { [unowned self] from, to, message in listen(from, to, message) }
    }

    /// Adds a line, by milliseconds since the beginning.
    func say(_ text: String) {
        let microseconds = (cluster.now - begin) / 1_000
        let time = "\(microseconds / 1_000).\(String(1_000 + microseconds % 1_000).dropFirst())"
        lines.append(String(repeating: " ", count: max(0, 9 - time.count)) + time + "  " + text)
    }

    private func say(_ change: ShardChange) {
        let assignment = change.assignment
        let set = assignment.replicas.map { $0.isInSync ? "\($0.node)" : "(\($0.node))" }
        say(
            "map \(change.shard): \(assignment.term) v\(assignment.version), "
                + "\(assignment.primary?.description ?? "nobody") reigns over "
                + set.joined(separator: " ") + (assignment.isDegraded ? ", degraded" : "")
        )
    }

    private func look(at id: NodeID) {
        for note in cluster.notes[notes...] { say(note) }
        notes = cluster.notes.count
        if let new = cluster.coordinator.map, new.epoch != map?.epoch {
            for change in ShardChange.changes(from: map, to: new, at: 0) { say(change) }
            map = new
        }
        let standing = standing(of: id)
        guard standing != standings[Int(id.value) - 1] else { return }
        standings[Int(id.value) - 1] = standing
        say("\(id) \(standing)")
    }

    private func standing(of id: NodeID) -> String {
        let now = Instant(nanoseconds: cluster.now)
        guard let view = cluster[id].core?.view(of: ShardID(0), at: now) else {
            return "knows no map"
        }
        let role = view.isServing ? "serves" : view.isPrimary ? "reigns without a lease" : "follows"
        return "\(role) in \(view.term), has \(view.last), committed \(view.commit)"
    }

    private func listen(_ from: NodeID, _ to: NodeID, _ message: PeerMessage) {
        switch message {
        case .recover(let requests):
            for request in requests {
                say("\(from) to \(to): what do you have, in \(request.term)?")
            }
        case .recoverAnswers(let answers):
            for answer in answers {
                let holders = answer.grants.map(\.holder.node.description)
                say(
                    "\(from) to \(to): \(answer.end) in \(answer.term), "
                        + (holders.isEmpty
                            ? "no grant open" : "granted to \(holders.joined(separator: " "))")
                )
            }
        case .snapshot(let chunk):
            say("\(from) to \(to): piece \(chunk.number) of a copy at \(chunk.position)")
        case .poll, .pollAnswer, .appends, .appendAnswers, .snapshotAnswer, .read, .readAnswer:
            break
        }
    }
}

extension VirtualCluster {
    fileprivate var noMap: ClusterMap {
        ClusterMap(
            cluster: configuration.cluster,
            epoch: .none,
            placement: "",
            replication: "",
            replicaCount: 0,
            election: configuration.election,
            nodes: [],
            shards: []
        )
    }
}
