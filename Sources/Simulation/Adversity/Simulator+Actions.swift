import Coordination
import Determinism
import Faults
import Replication
import Storage
import Topology

/// The primitives that plans' faults are made of, carried out on simulated machines.
extension Simulator {
    /// Whoever coordinates is one machine here, with its map.
    func place(of endpoint: Endpoint) -> Int {
        switch endpoint {
        case .coordinator, .standby, .etcd: 0
        case .node(let id): Int(id.value)
        case .clients(let group): circumstances.nodes + group
        }
    }

    mutating func carryOut(_ action: FaultAction) {
        switch action {
        case .kill(let endpoint), .terminate(let endpoint): kill(place(of: endpoint))
        case .start(let endpoint): startAgain(place(of: endpoint))
        case .pause(let endpoint): pause(place(of: endpoint))
        case .resume(let endpoint): resume(place(of: endpoint))
        case .cut(let links):
            for link in links { cut(place(of: link.from), place(of: link.to)) }
        case .reconnect(let links):
            for link in links { reconnect(place(of: link.from), place(of: link.to)) }
        case .renewNetwork(let endpoint): losePower(place(of: endpoint))
        case .join(let node): administer(.add(JoiningNode(node, at: nil)))
        case .leave(let node): administer(.drain(node))
        case .replace(let old, let new): administer(.replace(old, with: JoiningNode(new, at: nil)))
        }
    }

    mutating func cut(_ from: Int, _ to: Int) { network[from, to].cuts += 1 }

    mutating func reconnect(_ from: Int, _ to: Int) {
        network[from, to].cuts = max(0, network[from, to].cuts - 1)
        release(from, to, afterCut: true)
    }

    mutating func clog(_ from: Int, _ to: Int) { network[from, to].clogs += 1 }

    mutating func unclog(_ from: Int, _ to: Int) {
        network[from, to].clogs = max(0, network[from, to].clogs - 1)
        release(from, to, afterCut: false)
    }

    /// Ends a process; its kernel closes its connections.
    mutating func kill(_ place: Int) {
        guard place > 0 else {
            crashCoordinator()
            return
        }
        guard nodes[place].phase != .down else { return }
        for peer in 1..<nodes.count {
            let number = nodes[place].ends[peer].number
            if number > 0 { tellBroken(place, peer, number) }
        }
        disconnectClients(of: place)
        if nodes[place].isUp { finishPartOfWrite(place) }
        end(place)
        if !isLogged { copyLost(place, window: .max) }
    }

    /// Ends a machine: nobody is told, and what was not synced may be gone.
    mutating func losePower(_ place: Int) {
        guard place > 0 else {
            crashCoordinator()
            return
        }
        end(place)
        nodes[place].boot += 1
        // What it takes along may be what was wrong.
        if nodes[place].flipped != nil {
            nodes[place].disk.beginAnew(dataID: nodeGenerator.next() | 1)
        }
        nodes[place].flipped = nil
        nodes[place].disk.losePower(&diskGenerator)
        switch circumstances.durability {
        case .memory: copyLost(place, window: .max)
        case .logEverySecond: copyLost(place, window: 2_000_000_000)
        case .logAlways: break
        }
    }

    mutating func startAgain(_ place: Int) {
        if place == 0 { startCoordinator() } else { start(place) }
    }

    mutating func pause(_ place: Int) {
        guard place > 0 else { return coordinator.pauses += 1 }
        noteBeforeSilence(place)
        nodes[place].pauses += 1
    }

    /// Notes what a node has committed: when it is looked at next, others may have taken that back.
    private mutating func noteBeforeSilence(_ place: Int) {
        if nodes[place].isUp { inspect(place) }
    }

    mutating func resume(_ place: Int) {
        guard place > 0 else {
            coordinator.pauses = max(0, coordinator.pauses - 1)
            if coordinator.pauses == 0 {
                var backlog: [Happening] = []
                swap(&backlog, &coordinator.backlog)
                agendaAgain(backlog)
            }
            return
        }
        nodes[place].pauses = max(0, nodes[place].pauses - 1)
        goOn(place)
    }

    mutating func stall(_ place: Int) {
        guard nodes[place].isUp else { return }
        noteBeforeSilence(place)
        nodes[place].stalls += 1
        if nodes[place].published == nil {
            let reading = nodes[place].clock.reading(at: now)
            let status = nodes[place].core.status(at: Instant(nanoseconds: reading))
            nodes[place].published = (status, reading)
        }
    }

    mutating func goOnAfterStall(_ place: Int) {
        nodes[place].stalls = max(0, nodes[place].stalls - 1)
        if nodes[place].stalls == 0 { nodes[place].published = nil }
        goOn(place)
    }

    /// What waited for a held process happens now, in the order in which it came.
    private mutating func goOn(_ place: Int) {
        guard nodes[place].pauses == 0, nodes[place].stalls == 0 else { return }
        var backlog: [Happening] = []
        swap(&backlog, &nodes[place].backlog)
        agendaAgain(backlog)
    }

    private mutating func agendaAgain(_ backlog: [Happening]) {
        for happening in backlog { agenda.add(happening, at: now) }
    }

    /// A process that ends while it writes may have given part of it to the kernel.
    private mutating func finishPartOfWrite(_ place: Int) {
        guard diskGenerator.next(below: 2) == 0 else { return }
        nodes[place].writePart(diskGenerator.next())
    }
}
