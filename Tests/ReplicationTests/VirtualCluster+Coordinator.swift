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
        case .announce(let map, let to):
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
