import Coordination
import Determinism
import Replication
import Topology

extension Simulator {
    /// A connection on which nothing is answered for so long is given up.
    private static let coordinatorSilence: UInt64 = 300_000_000

    mutating func post(_ matter: CoordinatorMatter, from place: Int) {
        guard network.isOpen(place, 0) else { return }
        if network.wait(place, 0, at: now) > Self.coordinatorSilence {
            // No answers: the node dials anew.
            nodes[place].coordinatorConnection += 1
            network.forgetOrder(place, 0)
        }
        let letter = letters.add(
            CoordinatorLetter(
                from: place,
                connection: nodes[place].coordinatorConnection,
                matter: matter
            )
        )
        agenda.add(
            Happening(kind: .coordinatorMessage, value: letter),
            at: network.arrival(place, 0, at: now)
        )
    }

    mutating func propose(_ proposal: ShardProposal, from place: Int) {
        post(.proposal(proposal), from: place)
    }

    private mutating func isHeld(_ happening: Happening) -> Bool {
        guard coordinator.pauses > 0, coordinator.isUp else { return false }
        coordinator.backlog.append(happening)
        return true
    }

    mutating func receiveLetter(_ happening: Happening) {
        guard !isHeld(happening) else { return }
        guard let letter = letters.take(happening.value), coordinator.isUp,
            network.isOpen(letter.from, 0),
            letter.connection >= coordinator.connections[letter.from]
        else { return }
        coordinator.connections[letter.from] = letter.connection
        switch letter.matter {
        case .heartbeat(let status): stepCoordinator(.heartbeat(status))
        case .proposal(let proposal):
            stepCoordinator(.proposal(from: NodeID(UInt16(letter.from)), proposal))
        }
    }

    mutating func tickCoordinator(_ happening: Happening) {
        guard happening.life == coordinator.life, coordinator.isUp, !isHeld(happening) else {
            return
        }
        stepCoordinator(.tick)
        agenda.add(happening, at: now + coordinator.clock.span(of: coordinator.configuration.tick))
    }

    mutating func stepCoordinator(_ event: CoordinatorEvent) {
        coordinator.core.step(
            event,
            at: coordinator.clock.instant(at: now),
            into: &coordinatorEffects
        )
        guard !coordinatorEffects.isEmpty else { return }
        let wanted = coordinatorEffects
        coordinatorEffects.removeAll()
        for effect in wanted { carryOut(effect) }
    }

    private mutating func carryOut(_ effect: CoordinatorEffect) {
        switch effect {
        case .store(let map):
            coordinator.storing = map
            agenda.add(
                Happening(kind: .storeStep, life: coordinator.life),
                at: now + 500_000 + diskGenerator.next() % 3_000_000
            )
        case .announce(let map, let node):
            if maps.last?.epoch != map.epoch {
                let honest = coordinator.honestElection
                maps.append(flaw?.announced(map, honest: honest) ?? map)
            }
            for place in 1..<nodes.count where node == nil || Int(node?.value ?? 0) == place {
                guard network.isOpen(0, place), nodes[place].isUp else { continue }
                if network.wait(0, place, at: now) > Self.coordinatorSilence {
                    network.forgetOrder(0, place)
                }
                schedule(
                    .map,
                    place,
                    value: UInt32(maps.count - 1),
                    at: network.arrival(0, place, at: now)
                )
            }
        case .answer: break
        case .note(let text): if isTraced { say("coordinator: \(text)") }
        case .stop(let reason): violated("the coordinator stops: \(reason)")
        }
    }

    mutating func storeStep(_ happening: Happening) {
        guard happening.life == coordinator.life, !isHeld(happening),
            let map = coordinator.storing
        else { return }
        let old = coordinator.stored
        coordinator.storing = nil
        coordinator.stored = flaw?.stored(map, after: old) ?? map
        mapStored(map, after: old)
        if isTraced { tell(map, after: old) }
        stepCoordinator(.stored(map.epoch))
    }

    private mutating func tell(_ map: ClusterMap, after old: ClusterMap?) {
        for change in ShardChange.changes(from: old, to: map, at: now) {
            let assignment = change.assignment
            let primary = assignment.primary?.description ?? "nobody"
            let set = assignment.replicas.map { $0.isInSync ? "\($0.node)" : "(\($0.node))" }
            say(
                "map \(map.epoch) \(change.shard): \(assignment.term) v\(assignment.version) "
                    + "\(primary) reigns over \(set.joined(separator: " "))"
            )
        }
    }

    mutating func crashCoordinator() {
        guard coordinator.isUp else { return }
        coordinator.isUp = false
        coordinator.life += 1
        coordinator.backlog = []
        coordinator.pauses = 0
        // The file is replaced in one step: it holds the new map or the old one.
        if let map = coordinator.storing, diskGenerator.next(below: 2) == 0 {
            let old = coordinator.stored
            coordinator.stored = map
            mapStored(map, after: old)
        }
        coordinator.storing = nil
    }

    mutating func startCoordinator() {
        guard !coordinator.isUp else { return }
        coordinator.isUp = true
        coordinator.core = CoordinatorCore(
            configuration: coordinator.configuration,
            map: coordinator.stored
        )
        agenda.add(Happening(kind: .coordinatorTick, life: coordinator.life), at: now + 1_000_000)
    }
}
