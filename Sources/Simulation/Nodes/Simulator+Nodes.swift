import Determinism
import Replication
import Storage
import Topology

/// A node's process: how it starts, takes its turns and ends.
extension Simulator {
    static let heartbeatInterval: UInt64 = 40_000_000
    static let newsLimit: UInt64 = 240_000_000
    static let watchInterval: UInt64 = 50_000_000

    mutating func start(_ place: Int) {
        guard nodes[place].phase == .down, !nodes[place].isKeptDown else { return }
        nodes[place].phase = .starting
        nodes[place].life &+= 1
        nodes[place].pauses = 0
        nodes[place].stalls = 0
        nodes[place].backlog = []
        let time = now + 4_000_000 + nodeGenerator.next() % 30_000_000
        agenda.add(
            Happening(kind: .startStep, place: UInt8(place), life: nodes[place].life),
            at: time
        )
    }

    /// Hands something to a process, unless that is gone; one that is held gets it later.
    mutating func reach(_ place: Int, _ happening: Happening) {
        guard nodes[place].life == happening.life else { return }
        if nodes[place].pauses > 0 || (nodes[place].stalls > 0 && happening.kind != .heartbeat) {
            nodes[place].backlog.append(happening)
            return
        }
        switch happening.kind {
        case .endTurn: endTurn(place)
        case .tick: tick(place)
        case .heartbeat: heartbeat(place)
        case .watchLinks: watchLinks(place)
        case .logStep: continueLog(place)
        case .syncerStep: continueSyncer(place)
        case .startStep: open(place)
        case .dial: dial(place, Int(happening.value))
        case .linked: linked(place, happening.value)
        case .unlinked: unlinked(place, happening.value)
        case .congested:
            let peer = Int(happening.value)
            let isCongested = nodes[place].ends[peer].isCongested
            step(place, .peerCongested(NodeID(UInt16(peer)), isCongested))
        case .map: learn(maps[Int(happening.value)], place)
        case .message: deliver(happening.value, to: place)
        case .request: serve(happening, on: place)
        default: break
        }
    }

    mutating func schedule(_ kind: Happening.Kind, _ place: Int, value: UInt32 = 0, at time: UInt64)
    {
        agenda.add(
            Happening(kind: kind, place: UInt8(place), life: nodes[place].life, value: value),
            at: time
        )
    }

    /// Reads what the disk holds, and becomes a node.
    private mutating func open(_ place: Int) {
        let opened: OpenedCopy
        do throws(PowerFailure) {
            let attempt = try OpenedCopy.open(
                &nodes[place].disk,
                durability: circumstances.durability,
                kernelBoot: "\(nodes[place].boot)",
                acceptsDamage: false,
                recovered: RecoveredShards(amend: flaw.map { flaw in { flaw.replayed($0) } }),
                newIdentity: { CopyID(nodeGenerator.next() | 1) }
            )
            switch attempt {
            case .success(let copy): opened = copy
            case .failure(let refusal):
                refused(refusal, on: place)
                return
            }
        } catch {
            // The power fails while a process starts.
            losePower(place)
            start(place)
            return
        }
        nodes[place].disk.operationsLeft = nil
        accepted(on: place)
        nodes[place].phase = .up
        nodes[place].coordinatorConnection += 1
        network.forgetOrder(place, 0)
        network.forgetOrder(0, place)
        let instant = nodes[place].clock.instant(at: now)
        nodes[place].core = NodeCore(
            identity: NodeIdentity(
                node: nodes[place].id,
                boot: BootID(UInt64(place) << 32 | UInt64(nodes[place].life)),
                copy: flaw?.copy(opened.identity, after: nodes[place].lastCopy) ?? opened.identity
            ),
            isLogged: isLogged,
            startedAt: instant,
            recovered: opened.shards,
            timing: circumstances.timing,
            modes: modes
        )
        nodes[place].lastCopy = nodes[place].core.identity.copy
        chronicle.started(place)
        if isTraced {
            let copy = opened.whyNew.map { "a new copy: \($0)" } ?? "the copy of before"
            say("\(nodes[place].id) starts, life \(nodes[place].life), with \(copy)")
        }
        nodes[place].log = opened.header.map { header in
            NodeLog(
                queue: LogQueue(
                    header: header,
                    durability: circumstances.durability,
                    segmentBytes: circumstances.segmentBytes
                ),
                oldest: opened.oldestSegment
            )
        }
        schedule(.tick, place, at: now + nodes[place].clock.span(of: circumstances.timing.tick))
        schedule(.heartbeat, place, at: now + 1)
        schedule(.watchLinks, place, at: now + Self.watchInterval)
        if circumstances.durability == .logEverySecond {
            schedule(
                .syncerStep,
                place,
                at: now + nodes[place].clock.span(of: SyncSchedule.interval)
            )
        }
    }

    private mutating func learn(_ map: ClusterMap, _ place: Int) {
        step(place, .map(map))
        guard !nodes[place].hasMap else { return }
        nodes[place].hasMap = true
        for peer in place + 1..<max(nodes.count, place + 1) {
            redial(place, peer, after: 1_000_000)
        }
    }

    /// Lets the core decide, and carries its decisions out.
    @inline(__always)
    mutating func step(_ place: Int, _ event: consuming Event) {
        let instant = nodes[place].clock.instant(at: now)
        if isFlawed, let flaw {
            nodes[place].core.step(flaw.heard(event, at: instant), at: instant, into: &effects)
            effects = effects.compactMap { flaw.wanted($0) }
        } else {
            nodes[place].core.step(event, at: instant, into: &effects)
        }
        if !effects.isEmpty { carryOut(place) }
    }

    private mutating func carryOut(_ place: Int) {
        var wanted: [Effect] = []
        swap(&wanted, &effects)
        for index in wanted.indices {
            // Taken out of the array, what it holds need not be counted once more.
            var effect = Effect.requestFlush
            swap(&effect, &wanted[index])
            carryOut(effect, place)
        }
        wanted.removeAll(keepingCapacity: true)
        swap(&wanted, &effects)
    }

    @inline(__always)
    private mutating func carryOut(_ effect: consuming Effect, _ place: Int) {
        switch consume effect {
        case .send(let peer, let message): send(message, from: place, to: Int(peer.value))
        case .persist(let sequence, let record):
            nodes[place].log?.queue.append(record, sequence: sequence)
            wantTurn(place)
        case .requestFlush:
            nodes[place].isFlushWanted = true
            wantTurn(place)
        case .reply(let token, let reply): answer(token, reply, from: place)
        case .show(let token, let reply, let until):
            if nodes[place].clock.instant(at: now) < until {
                show(token, reply, from: place)
            } else {
                refuse(token, .unavailable(.noLease), from: place)
            }
        case .sendRead(let peer, let message, let until):
            if nodes[place].clock.instant(at: now) < until {
                send(message, from: place, to: Int(peer.value))
            }
        case .refuse(let token, let refusal): refuse(token, refusal, from: place)
        case .abandon(let token): abandon(token, from: place)
        case .propose(let proposal): propose(proposal, from: place)
        case .note(let text): if isTraced { say("\(nodes[place].id): \(text)") }
        }
    }

    private mutating func wantTurn(_ place: Int) {
        guard !nodes[place].isTurnEnding else { return }
        nodes[place].isTurnEnding = true
        schedule(.endTurn, place, at: now + 5_000 + nodeGenerator.next() & 0x3FFF)
    }

    private mutating func endTurn(_ place: Int) {
        nodes[place].isTurnEnding = false
        if nodes[place].isFlushWanted {
            nodes[place].isFlushWanted = false
            step(place, .flush)
        }
        beginLog(place)
    }

    private mutating func tick(_ place: Int) {
        step(place, .tick)
        compactLog(place)
        inspect(place)
        schedule(.tick, place, at: now + nodes[place].clock.span(of: circumstances.timing.tick))
    }

    private mutating func heartbeat(_ place: Int) {
        var status: NodeStatus
        if let published = nodes[place].published {
            status = published.status
            let age = nodes[place].clock.reading(at: now) &- published.at
            status.loopSilence = age
            for index in status.impeded.indices {
                if status.impeded[index].leaseless > 0 { status.impeded[index].leaseless += age }
                if status.impeded[index].stuck > 0 { status.impeded[index].stuck += age }
            }
            if age > Self.newsLimit {
                status.vouched = []
                status.reaches = []
            }
        } else {
            status = nodes[place].status(at: now)
        }
        post(.heartbeat(status), from: place)
        schedule(.heartbeat, place, at: now + nodes[place].clock.span(of: Self.heartbeatInterval))
    }

    /// Ends the process: at once, whatever it was about to do.
    mutating func end(_ place: Int) {
        guard nodes[place].phase != .down else { return }
        if nodes[place].isUp { inspect(place) }
        if isTraced { say("\(nodes[place].id) ends") }
        nodes[place].phase = .down
        nodes[place].life &+= 1
        nodes[place].core = SimulatedNode.noCore(nodes[place].id)
        nodes[place].log = nil
        nodes[place].backlog = []
        nodes[place].pauses = 0
        nodes[place].stalls = 0
        nodes[place].published = nil
        nodes[place].hasMap = false
        nodes[place].servedAt = []
        nodes[place].isTurnEnding = false
        nodes[place].isFlushWanted = false
        for peer in nodes[place].ends.indices { nodes[place].ends[peer] = SimulatedNode.LinkEnd() }
    }

    /// Looks for what must never be.
    mutating func inspect(_ place: Int) {
        let count = nodes[place].core.table.count
        for shard in 0..<count {
            if let text = nodes[place].contradiction(in: shard) {
                violated("\(nodes[place].id) s\(shard): \(text)")
            }
            record(place, shard)
        }
    }
}
