import Determinism
import Faults
import Replication
import Topology

/// The parts of a run: faults, then healing and progress, then quiet, then the audit.
extension Simulator {
    mutating func enterPhase(_ happening: Happening) {
        switch happening.value {
        case 0: healEverything()
        case 1:
            for shard in 0..<circumstances.shards { mustProgress[shard] = canProgress(shard) }
        default: crowd.isReadOnly = true
        }
    }

    /// From now on nothing fails any more but what has failed for good.
    private mutating func healEverything() {
        isHealed = true
        crowd.timeout = min(crowd.timeout, 200_000_000)
        for entry in undos { carryOut(entry.undo) }
        undos = []
        for from in 0..<network.endpoints {
            for to in 0..<network.endpoints {
                network[from, to].law = circumstances.network
                network[from, to].law.loss = .never
                network[from, to].law.duplication = .never
                network[from, to].law.reordering = .never
            }
        }
        var generator = SeededGenerator(seed: circumstances.seed.derived("ending"))
        let order = generator.shuffled(Array(1..<nodes.count))
        let failed = order.prefix(circumstances.permanentFailures)
        if isTraced { say("healing; for good fail \(failed)") }
        for place in failed {
            nodes[place].isCore = false
            nodes[place].isKeptDown = true
            switch generator.next(below: 3) {
            case 0: kill(place)
            case 1: pause(place)
            default:
                for other in 0..<network.endpoints where other != place {
                    cut(place, other)
                    cut(other, place)
                }
            }
        }
        for place in 1..<nodes.count where nodes[place].isCore { start(place) }
        startCoordinator()
    }

    /// Runs to the end, and on where the map has just changed: what follows from that is on its way.
    ///
    /// A map that changes again and again is looked at between two changes.
    mutating func runToEnd() {
        let step: UInt64 = 100_000_000
        var end = circumstances.end
        let limit = min(end + 10 * step, Self.longestRun)
        run(until: end)
        while now < mapStoredAt + 3 * step, end < limit {
            end += step
            run(until: end)
        }
    }

    private static let longestRun: UInt64 = 10_000_000_000

    /// Whether a shard's mode demands no more than the core has.
    private func canProgress(_ shard: Int) -> Bool {
        guard let map = coordinator.stored else { return circumstances.permanentFailures == 0 }
        let assignment = map.shards[shard]
        let members = assignment.members
        let core = members.filter { nodes[Int($0.node.value)].isCore }
        if core.count == members.count { return true }
        let complete = core.filter { !losses.isMissing(Int($0.node.value), shard) }
        let election = map.election(of: assignment)
        if election.electsFromInSync {
            return complete.contains(where: \.isInSync) && core.count >= election.minimumInSync
        }
        return complete.count >= max(election.recoverySetSize, election.minimumInSync)
    }

    /// What must hold when everything is over.
    mutating func audit() {
        for place in 1..<nodes.count where nodes[place].isUp { inspect(place) }
        for shard in 0..<circumstances.shards {
            let progressed = lastWrite[shard]
            if mustProgress[shard], progressed < circumstances.healsAt + 1 {
                violated("s\(shard) made no progress after everything was healed")
            }
            auditCopies(of: shard)
        }
        for line in crowd.testimony.contradictions(until: firstLoss) { violated(line) }
    }

    /// Whether all copies of the core hold the same, and all of what was committed.
    private mutating func auditCopies(of shard: Int) {
        guard mustProgress[shard], let map = coordinator.stored,
            let primary = map.shards[shard].primary.map({ Int($0.value) }), nodes[primary].isUp
        else { return }
        let applied = nodes[primary].core.table.applied(of: shard)
        if Int(applied) < chronicle.entries[shard].count {
            judgeGone(from: applied + 1, of: shard, replacedBy: nil, on: primary)
        }
        let table = nodes[primary].core.table
        for replica in map.shards[shard].members where Int(replica.node.value) != primary {
            let place = Int(replica.node.value)
            guard nodes[place].isCore else { continue }
            let other = nodes[place].core.table
            guard nodes[place].isUp, other.count > shard else {
                violated("\(replica.node) s\(shard): it did not come back")
                continue
            }
            guard other.applied(of: shard) == applied else {
                violated(
                    "\(replica.node) s\(shard): applied \(other.applied(of: shard)), the primary \(applied)"
                )
                continue
            }
            compareStates(table, other, of: shard, on: place)
        }
    }

    private mutating func compareStates(
        _ table: ShardTable,
        _ other: ShardTable,
        of shard: Int,
        on place: Int
    ) {
        let id = ShardID(UInt16(shard))
        for key in crowd.keys.indices where crowd.keys[key].shard == shard {
            let isList = crowd.keys[key].family == .list
            let all = [UInt8](repeating: 0, count: 8)
            let last = [UInt8](repeating: 0xFF, count: 8)
            let read =
                isList
                ? Command(.range, [crowd.keys[key].name, all, last])
                : Command(.get, [crowd.keys[key].name])
            guard table.answer(read, in: id) != other.answer(read, in: id) else { continue }
            violated("\(nodes[place].id) s\(shard): it holds another value of key \(key)")
        }
    }
}
