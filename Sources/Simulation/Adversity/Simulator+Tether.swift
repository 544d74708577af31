import Determinism
import Faults
import Topology

/// A machine whose network all but fails: few hear it still, and what is sent to it queues.
extension Simulator {
    /// Leaves the primary of a shard one or two of its backups, and has it hear late; in the course of it
    /// these start anew, and know of what they promised it only that they may have.
    mutating func tether(_ strike: Strike, _ generator: inout SeededGenerator) -> Undo? {
        guard let shard = generator.element(of: coordinator.stored?.shards ?? []),
            let primary = shard.primary
        else { return nil }
        let backups = shard.members.map(\.node).filter { $0 != primary }
        let kept = generator.shuffled(backups).prefix(1 + generator.next(below: 2))
        let lost = nodes.indices.filter { $0 != Int(primary.value) && !kept.contains(nodes[$0].id) }
        let cuts = DirectedLink.every(between: [.node(primary)], and: lost.map(endpoint))
        carryOut(.cut(cuts))
        let late = Spread(UInt64(generator.next(below: 120_000_000)), 5_000_000)
        let place = Int(primary.value)
        let links = (0..<network.endpoints).filter { $0 != place }.map { ($0, place) }
        for (from, to) in links { network[from, to].law.delay = late }
        let half = Int(strike.length / 2)
        let restart = now + UInt64(half + generator.next(below: half / 2))
        for node in kept {
            follow(
                Strike(
                    at: restart + UInt64(generator.next(below: 20_000_000)),
                    length: Spread(1_000_000, 10_000_000).draw(&generator),
                    kind: generator.next(below: 3) == 0 ? .powerLoss : .restart,
                    seed: generator.next(),
                    target: Int(node.value)
                )
            )
        }
        return .all([.actions([.reconnect(cuts)]), .law(links)])
    }

    private mutating func follow(_ strike: Strike) {
        let number = circumstances.strikes.count + sequels.count
        sequels.append(strike)
        agenda.add(Happening(kind: .strike, value: UInt32(number)), at: strike.at)
    }
}
