import Determinism
import Faults
import Storage
import Topology

/// What was done, and how it is undone.
enum Undo {
    case actions([FaultAction])
    case unclog([(Int, Int)])
    case goOn(Int)
    case law([(Int, Int)])
    case sync(Int, UInt64)
    case start([Int])
    case write
    case all([Undo])
}

extension Simulator {
    mutating func scheduleStrikes() {
        for index in circumstances.strikes.indices {
            agenda.add(
                Happening(kind: .strike, value: UInt32(index)),
                at: circumstances.strikes[index].at
            )
        }
    }

    mutating func strike(_ happening: Happening) {
        guard !isHealed else { return }
        let number = Int(happening.value)
        let drawn = circumstances.strikes
        let strike = number < drawn.count ? drawn[number] : sequels[number - drawn.count]
        var generator = SeededGenerator(seed: Seed(strike.seed))
        if isTraced {
            say("strike \(happening.value): \(strike.kind.word) for \(strike.length / 1_000) us")
        }
        let undo = begin(strike, &generator)
        guard let undo else { return }
        undos.append((Int(happening.value), undo))
        agenda.add(Happening(kind: .heal, value: happening.value), at: now + strike.length)
    }

    mutating func heal(_ happening: Happening) {
        guard let index = undos.firstIndex(where: { $0.strike == Int(happening.value) }) else {
            return
        }
        let undo = undos.remove(at: index).undo
        if isTraced { say("heal \(happening.value): \(undo)") }
        carryOut(undo)
    }

    mutating func carryOut(_ undo: Undo) {
        switch undo {
        case .actions(let actions): for action in actions { carryOut(action) }
        case .unclog(let links): for (from, to) in links { unclog(from, to) }
        case .goOn(let place): goOnAfterStall(place)
        case .law(let links):
            for (from, to) in links { network[from, to].law = circumstances.network }
        case .sync(let place, let delay):
            nodes[place].syncDelay -= min(delay, nodes[place].syncDelay)
        case .start(let places): for place in places { startAgain(place) }
        case .write: crowd.lulls -= 1
        case .all(let undos): for undo in undos { carryOut(undo) }
        }
    }

    /// What a fault may know of the cluster.
    private var view: ClusterView {
        let map = coordinator.stored
        return ClusterView(
            nodes: (1..<nodes.count).map { nodes[$0].id },
            running: (1..<nodes.count).filter { nodes[$0].isUp && !nodes[$0].isHeld }
                .map { nodes[$0].id },
            hasCoordinator: true,
            clientGroups: Crowd.groups,
            shards: (map?.shards ?? []).enumerated().map { number, shard in
                ClusterView.Shard(
                    firstSlot: number,
                    primary: shard.primary,
                    backups: shard.replicas.map(\.node).filter { $0 != shard.primary },
                    load: 1
                )
            },
            spares: coordinator.stored == nil ? [] : spares
        )
    }

    /// A node, drawn with a leaning towards primaries; nil where none is left.
    private func victim(_ generator: inout SeededGenerator) -> Int? {
        if generator.next(below: 2) == 0, let shards = coordinator.stored?.shards,
            let primary = generator.element(of: shards)?.primary,
            nodes[Int(primary.value)].isUp
        {
            return Int(primary.value)
        }
        return generator.element(of: (1..<nodes.count).filter { nodes[$0].isUp })
    }

    private mutating func begin(_ strike: Strike, _ generator: inout SeededGenerator) -> Undo? {
        switch strike.kind {
        case .planned:
            let (_, plan) = circumstances.planned[Int(strike.seed)].strike(in: view)
            for action in plan.actions { carryOut(action) }
            return .actions(plan.healing)
        case .coordinatorCrash:
            guard coordinator.isUp else { return nil }
            kill(0)
            return .start([0])
        case .blackout: return blackOut(&generator)
        case .coordinatorPause:
            pause(0)
            return .actions([.resume(.coordinator)])
        case .membership:
            changeMembership(&generator)
            return nil
        case .clockJump:
            let length = Spread(1_000_000, 300_000_000).draw(&generator)
            guard circumstances.clocksJump, let place = victim(&generator) else {
                coordinator.clock.jump(by: length, at: now)
                return nil
            }
            nodes[place].clock.jump(by: length, at: now)
            return nil
        case .isolation, .halves, .oneWay, .bridge:
            return partition(strike, &generator)
        case .randomCut, .clog, .slowLinks, .lossyLinks: return disturb(strike.kind, &generator)
        case .patchwork: return patch(&generator)
        case .tether: return tether(strike, &generator)
        case .lull:
            crowd.lulls += 1
            return .write
        default:
            guard let place = strike.target ?? victim(&generator) else { return nil }
            return begin(strike, on: place, &generator)
        }
    }

    private mutating func begin(
        _ strike: Strike,
        on place: Int,
        _ generator: inout SeededGenerator
    ) -> Undo? {
        switch strike.kind {
        case .processCrash, .restart:
            guard isLogged || mayLoseCopy(place) else { return nil }
            kill(place)
            return .start([place])
        case .powerLoss:
            guard circumstances.durability == .logAlways || mayLoseCopy(place) else { return nil }
            losePower(place)
            if generator.next(below: 3) == 0 {
                nodes[place].disk.operationsLeft = generator.next(below: 10)
            }
            return .start([place])
        case .bitFlip:
            // Some copy must stay good, and who has lost one is told.
            guard isLogged, mayLoseCopy(place, always: true) else { return nil }
            kill(place)
            guard flipBit(on: place, &generator) else { return .start([place]) }
            copyLost(place, window: .max)
            return .start([place])
        case .pause:
            pause(place)
            return .actions([.resume(.node(nodes[place].id))])
        case .stall:
            stall(place)
            return .goOn(place)
        case .coordinatorCut:
            let both = DirectedLink.every(between: [.node(nodes[place].id)], and: [.coordinator])
            let links = generator.next(below: 3) == 0 ? Array(both.prefix(1)) : both
            carryOut(.cut(links))
            return .actions([.reconnect(links)])
        case .slowDisk:
            let delay = UInt64(1_000_000) << UInt64(generator.next(below: 12))
            nodes[place].syncDelay += delay
            return .sync(place, delay)
        case .clockChange:
            let drift = Int64(generator.next(below: Int(2 * circumstances.drift + 1)))
            nodes[place].clock.change(drift: drift - circumstances.drift, at: now)
            return nil
        default: return nil
        }
    }

    /// Ends several machines, or their processes where the power would take acknowledged writes along.
    private mutating func blackOut(_ generator: inout SeededGenerator) -> Undo? {
        guard isLogged || !circumstances.keepsPromises else { return nil }
        let places = (1..<nodes.count).filter { nodes[$0].isUp && generator.next(below: 3) > 0 }
        for place in places {
            if circumstances.durability == .logAlways || !circumstances.keepsPromises {
                losePower(place)
            } else {
                kill(place)
            }
        }
        return .start(places)
    }

    private mutating func partition(
        _ strike: Strike,
        _ generator: inout SeededGenerator
    ) -> Undo? {
        let shapes: [AdversityKind: PartitionShape] = [
            .isolation: .isolate, .halves: .halves, .oneWay: .oneWay, .bridge: .bridge,
        ]
        guard let shape = shapes[strike.kind],
            let place = strike.target ?? victim(&generator)
        else { return nil }
        let fields = FaultFields(
            target: .node(nodes[place].id),
            shape: shape.rawValue,
            withClients: generator.next(below: 2) == 0
        )
        guard let fault = try? Partition(fields: fields) else { return nil }
        let plan = fault.strike(.node(nodes[place].id), in: view, using: &generator)
        for action in plan.actions { carryOut(action) }
        return .actions(plan.healing)
    }

    /// Cuts pairs of machines by chance: of two nodes that do not hear each other, one may hear the
    /// coordinator and both a third.
    private mutating func patch(_ generator: inout SeededGenerator) -> Undo {
        let share = 2 + generator.next(below: 3)
        var links: [DirectedLink] = []
        for one in 0..<nodes.count {
            for other in one + 1..<max(nodes.count, one + 1) where generator.next(below: 8) < share
            {
                let both = DirectedLink.every(between: [endpoint(one)], and: [endpoint(other)])
                links += generator.next(below: 4) == 0 ? Array(both.prefix(1)) : both
            }
        }
        carryOut(.cut(links))
        return .actions([.reconnect(links)])
    }

    private mutating func disturb(
        _ kind: AdversityKind,
        _ generator: inout SeededGenerator
    ) -> Undo? {
        var links: [(Int, Int)] = []
        let share = 1 + generator.next(below: 4)
        for from in 0..<network.endpoints {
            for to in 0..<network.endpoints where from != to && generator.next(below: 8) < share {
                links.append((from, to))
            }
        }
        if kind == .randomCut { links = Array(links.prefix(1 + generator.next(below: 4))) }
        for (from, to) in links {
            switch kind {
            case .randomCut: cut(from, to)
            case .clog: clog(from, to)
            case .slowLinks:
                network[from, to].law.delay = Spread(
                    UInt64(generator.next(below: 20_000_000)),
                    UInt64(generator.next(below: 40_000_000))
                )
            default: network[from, to].law.loss = Chance(0.3 * generator.nextUnit())
            }
        }
        switch kind {
        case .clog: return .unclog(links)
        case .randomCut:
            let ends = links.map { DirectedLink(from: endpoint($0.0), to: endpoint($0.1)) }
            return .actions([.reconnect(ends)])
        default: return .law(links)
        }
    }

    func endpoint(_ place: Int) -> Endpoint {
        if place == 0 { return .coordinator }
        return place < nodes.count
            ? .node(NodeID(UInt16(place))) : .clients(place - circumstances.nodes)
    }
}
