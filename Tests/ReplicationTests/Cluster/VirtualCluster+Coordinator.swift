import Coordination
import Replication
import Topology

extension VirtualCluster {
    func tickCoordinator(life: Int) {
        guard coordinatorLife == life else { return }
        stepCoordinator(.tick)
        after(10_000_000) { [weak self] in self?.tickCoordinator(life: life) }
    }

    func crashCoordinator() {
        coordinatorIsUp = false
        coordinatorLife += 1
    }

    func startCoordinator() {
        guard !coordinatorIsUp else { return }
        coordinatorIsUp = true
        coordinator = CoordinatorCore(configuration: configuration, map: store)
        tickCoordinator(life: coordinatorLife)
    }

    /// An operator's command, and its answer; nil where none comes within two seconds.
    func administer(_ command: AdminCommand) -> AdminAnswer? {
        let number = UInt64(answers.count + 1)
        stepCoordinator(.admin(number, command))
        _ = run(atMost: 2_000_000_000) { answers[number] != nil }
        return answers[number]
    }

    /// Whether every shard is where its membership wants it.
    var isSettled: Bool {
        guard let map = coordinator.map, map.operation == nil,
            let target = try? map.membership.place(
                shards: map.shards.count,
                by: options.placement,
                replicas: map.replicaCount
            )
        else { return false }
        return zip(map.shards, target).allSatisfy { shard, nodes in
            shard.replicas.map(\.node) == nodes && !shard.isMoving
                && shard.replicas.allSatisfy(\.isInSync)
        }
    }

    func stepCoordinator(_ event: CoordinatorEvent) {
        guard coordinatorIsUp else { return }
        var effects: [CoordinatorEffect] = []
        coordinator.step(event, at: Instant(nanoseconds: now), into: &effects)
        for effect in effects { carryOut(effect) }
    }

    func carryOut(_ effect: CoordinatorEffect) {
        let life = coordinatorLife
        switch effect {
        case .store(let map):
            after(500_000 + random.next(upperBound: 3_000_000)) { [self] in
                guard coordinatorLife == life else { return }
                store = map
                stepCoordinator(.stored(map.epoch))
            }
        case .answer(let number, let answer): answers[number] = answer
        case .announce(let map, let to):
            onAnnounce(map)
            for node in nodes where to == nil || to == node.id {
                guard !cuts.contains(Pair(from: 0, to: node.id.value)) else { continue }
                let nodeLife = node.life
                after(delay()) { [self] in
                    act(node.id, life: nodeLife) { [self] in step(node.id, .map(map)) }
                }
            }
        case .note(let note): notes.append("\(now / 1_000_000) coordinator: \(note)")
        case .stop(let reason): notes.append("\(now / 1_000_000) coordinator stops: \(reason)")
        }
    }
}
