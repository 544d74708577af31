import Consistency
import Replication
import Topology

/// Which copies are missing, and what that excuses: the promise of the mode, judged with knowledge of
/// everything.
struct CopyLosses {
    private let promise: Promise
    private let shards: Int
    /// By node and shard: what was acknowledged after this is missing there; nil where nothing is.
    private var missing: [UInt64?]
    /// By shard: moments at which writes acknowledged after `after` were promised no more.
    private(set) var excuses: [[Excuse]]

    /// By shard: terms in which it was degraded.
    private var degradedTerms: [[Term]]

    struct Excuse {
        var at: UInt64
        var after: UInt64
    }

    init(_ promise: Promise, nodes: Int, shards: Int) {
        self.promise = promise
        self.shards = shards
        missing = Array(repeating: nil, count: (nodes + 1) * shards)
        excuses = Array(repeating: [], count: shards)
        degradedTerms = Array(repeating: [], count: shards)
    }

    /// How long before the end of a term an acknowledgement may be that a term change may take back.
    func termChangeMayDrop(of term: Term, _ shard: Int) -> UInt64? {
        let wasDegraded = degradedTerms[shard].contains(term)
        let window = promise.termChangeMayDrop ?? (wasDegraded ? promise.degraded?.maximumLag : nil)
        return window.map { UInt64($0) }
    }

    /// - Parameter window: how far back the loss reaches, nanoseconds.
    mutating func lost(_ place: Int, window: UInt64, at now: UInt64) {
        let after = now - min(window, now)
        for shard in 0..<shards {
            let index = place * shards + shard
            missing[index] = min(missing[index] ?? after, after)
        }
    }

    mutating func returned(_ place: Int, _ shard: Int) { missing[place * shards + shard] = nil }

    func isMissing(_ place: Int, _ shard: Int) -> Bool { missing[place * shards + shard] != nil }

    /// What the copies that are missing now excuse; nil where every write must be there.
    func excuse(_ assignment: ShardAssignment, _ shard: Int, without place: Int? = nil) -> UInt64? {
        func after(_ replica: ReplicaAssignment) -> UInt64? {
            let node = Int(replica.node.value)
            return node == place ? 0 : missing[node * shards + shard]
        }
        let copies: Promise.CopyRule =
            assignment.isDegraded
            ? .inSyncSet(replicas: assignment.members.count, minimumInSync: 1) : promise.copies
        switch copies {
        case .missingAtMost(let allowed):
            let gone = assignment.members.compactMap(after).sorted()
            return gone.count > allowed ? gone[allowed] : nil
        case .inSyncSet(_, let minimum):
            let set = assignment.members.filter(\.isInSync)
            let gone = set.compactMap(after)
            let lost = assignment.members.compactMap(after).count
            guard gone.count == set.count, lost >= minimum else { return nil }
            return gone.max()
        }
    }

    mutating func note(_ assignment: ShardAssignment, _ shard: Int, at now: UInt64) {
        if assignment.isDegraded, degradedTerms[shard].last != assignment.term {
            degradedTerms[shard].append(assignment.term)
        }
        guard let after = excuse(assignment, shard) else { return }
        excuses[shard].append(Excuse(at: now, after: after))
    }

    /// Whether a write that is gone was promised no more.
    func excuses(_ shard: Int, acknowledgedAt time: UInt64) -> Bool {
        excuses[shard].contains { $0.at >= time && time >= $0.after }
    }
}

extension Simulator {
    /// A fault took a copy, or the last part of it.
    mutating func copyLost(_ place: Int, window: UInt64) {
        losses.lost(place, window: window, at: now)
        guard let map = coordinator.stored else { return }
        for shard in map.shards.indices {
            losses.note(map.shards[shard], shard, at: now)
            // The only copy: nobody keeps its entries, so nobody would be seen to lack them.
            if !isLogged, map.shards[shard].replicas.map(\.node) == [nodes[place].id] {
                judgeGone(from: 1, of: shard, replacedBy: nil, on: place)
            }
        }
    }

    /// Whether a node's copy may go without that a promise goes with it, where the circumstances say
    /// that none may.
    func mayLoseCopy(_ place: Int, always: Bool = false) -> Bool {
        guard circumstances.keepsPromises || always else { return true }
        guard let map = coordinator.stored else { return false }
        return map.shards.indices.allSatisfy { shard in
            let isHolder = map.shards[shard].replica(nodes[place].id) != nil
            return !isHolder || losses.excuse(map.shards[shard], shard, without: place) == nil
        }
    }

    /// A map became durable: copies that it admits again are missing no more.
    mutating func mapStored(_ map: ClusterMap, after old: ClusterMap?) {
        mapStoredAt = now
        for shard in map.shards.indices {
            if let old, old.shards[shard] == map.shards[shard] { continue }
            // A loss that is accepted names copies that begin anew: outside of the set they hold nothing.
            let setDecides = map.election(of: map.shards[shard]).electsFromInSync
            for replica in map.shards[shard].members where replica.isInSync || !setDecides {
                let place = Int(replica.node.value)
                if losses.isMissing(place, shard), nodes[place].isUp,
                    replica.copy == nodes[place].core.identity.copy
                {
                    losses.returned(place, shard)
                }
            }
            losses.note(map.shards[shard], shard, at: now)
        }
    }
}
