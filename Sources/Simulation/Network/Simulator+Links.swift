import Determinism
import Replication
import Topology

/// Connections between nodes: messages arrive in order, or the connection breaks.
extension Simulator {
    /// Messages on their way to a peer above which it is sent no more entries.
    private static let congestion = 64
    private static let silenceLimit: UInt64 = 500_000_000
    private static let connectTimeout: UInt64 = 150_000_000
    private static let shortestPause: UInt64 = 10_000_000
    private static let longestPause: UInt64 = 80_000_000

    mutating func send(_ message: consuming PeerMessage, from place: Int, to peer: Int) {
        let number = nodes[place].ends[peer].number
        guard number > 0 else { return }
        let from = place
        trace.add(UInt64(number))
        let parcel = parcels.add(
            message,
            connection: number,
            from: UInt8(from),
            to: UInt8(peer)
        )
        nodes[place].ends[peer].underWay += 1
        if nodes[place].ends[peer].underWay == Self.congestion {
            nodes[place].ends[peer].isCongested = true
            schedule(.congested, place, value: UInt32(peer), at: now)
        }
        guard network.isOpen(from, peer) else {
            hold(parcel, from, peer)
            if network[from, peer].stalled.count > network[from, peer].law.queueLimit {
                network.evidence.overflowed += 1
                breakLink(place, peer)
            }
            return
        }
        agenda.add(
            Happening(kind: .message, place: UInt8(peer), value: parcel),
            at: network.messageArrival(from, peer, at: now)
        )
        if let time = network.secondArrival(from, peer, at: now) {
            let second = parcels.double(parcel)
            agenda.add(Happening(kind: .message, place: UInt8(peer), value: second), at: time)
        }
    }

    /// What a closed link has to wait with.
    private mutating func hold(_ parcel: UInt32, _ from: Int, _ to: Int) {
        if network.isCut(from, to) {
            network.evidence.cut += 1
        } else {
            network.evidence.clogged += 1
        }
        network[from, to].stalled.append(parcel)
    }

    mutating func receive(_ happening: Happening) {
        let label = parcels.label(happening.value)
        guard network.isOpen(Int(label.from), Int(label.to)) else {
            hold(happening.value, Int(label.from), Int(label.to))
            return
        }
        let place = Int(label.to)
        if nodes[place].pauses > 0 || nodes[place].stalls > 0 {
            var kept = happening
            kept.life = nodes[place].life
            nodes[place].backlog.append(kept)
            return
        }
        deliver(happening.value, to: place)
    }

    mutating func deliver(_ parcel: UInt32, to place: Int) {
        let label = parcels.label(parcel)
        if !label.isSecond { arrived(from: Int(label.from), to: place, label.connection) }
        let message = parcels.take(parcel)
        guard nodes[place].ends[Int(label.from)].number == label.connection else { return }
        nodes[place].ends[Int(label.from)].silence = 0
        step(place, .message(from: NodeID(UInt16(label.from)), consume message))
    }

    /// What waits to be sent gets shorter.
    private mutating func arrived(from: Int, to place: Int, _ connection: UInt32) {
        guard nodes[from].ends[place].number == connection else { return }
        nodes[from].ends[place].underWay -= 1
        if nodes[from].ends[place].isCongested, nodes[from].ends[place].underWay == 0 {
            nodes[from].ends[place].isCongested = false
            schedule(.congested, from, value: UInt32(place), at: now)
        }
    }

    /// What a link held up goes on: at once after a clog, after a retransmission after a cut.
    mutating func release(_ from: Int, _ to: Int, afterCut: Bool) {
        guard network.isOpen(from, to), !network[from, to].stalled.isEmpty else { return }
        let stalled = network[from, to].stalled
        network[from, to].stalled = []
        let wait = afterCut ? network.generator.next() % LinkLaw.retransmission : 0
        for parcel in stalled {
            agenda.add(
                Happening(kind: .message, place: UInt8(to), value: parcel),
                at: network.arrival(from, to, at: now + wait)
            )
        }
    }

    // Connecting.

    mutating func redial(_ place: Int, _ peer: Int, after pause: UInt64) {
        guard nodes[place].isUp, nodes[place].hasMap, place < peer,
            !nodes[place].ends[peer].isDialling
        else { return }
        nodes[place].ends[peer].isDialling = true
        schedule(.dial, place, value: UInt32(peer), at: now + pause)
    }

    mutating func dial(_ place: Int, _ peer: Int) {
        nodes[place].ends[peer].isDialling = false
        guard nodes[place].isUp, nodes[place].ends[peer].number == 0 else { return }
        let from = place
        guard network.isOpen(from, peer), network.isOpen(peer, from), nodes[peer].hasMap else {
            let isSilent = !network.isOpen(from, peer) || !network.isOpen(peer, from)
            let pause = min(
                max(Self.shortestPause, nodes[place].ends[peer].pause * 2),
                Self.longestPause
            )
            nodes[place].ends[peer].pause = pause
            redial(place, peer, after: pause + (isSilent ? Self.connectTimeout : 0))
            return
        }
        nodes[place].ends[peer].pause = 0
        connections += 1
        newestConnection[from * (circumstances.nodes + 1) + peer] = connections
        let (there, back) = network.connect(from, peer, at: now)
        schedule(.linked, peer, value: connections << 4 | UInt32(from), at: there)
        schedule(.linked, place, value: connections << 4 | UInt32(peer), at: back)
        redial(place, peer, after: Self.connectTimeout)
    }

    mutating func linked(_ place: Int, _ value: UInt32) {
        let (peer, number) = (Int(value & 15), value >> 4)
        let (low, high) = (min(peer, place), max(peer, place))
        guard newestConnection[low * (circumstances.nodes + 1) + high] == number,
            nodes[peer].isUp
        else { return }
        // A dial that is due already stays the only one.
        let isDialling = nodes[place].ends[peer].isDialling
        nodes[place].ends[peer] = SimulatedNode.LinkEnd(number: number, isDialling: isDialling)
        let identity = nodes[peer].core.identity
        if isTraced { say("\(nodes[place].id) linked to n\(peer), connection \(number)") }
        step(place, .peerConnected(identity.node, identity.boot, identity.copy))
    }

    mutating func unlinked(_ place: Int, _ value: UInt32) {
        let (peer, number) = (Int(value & 15), value >> 4)
        guard nodes[place].ends[peer].number == number else { return }
        nodes[place].ends[peer].number = 0
        if isTraced { say("\(nodes[place].id) lost the link to n\(peer)") }
        step(place, .peerDisconnected(NodeID(UInt16(peer))))
        if place < peer {
            redial(place, peer, after: Self.shortestPause)
        }
    }

    /// One end gives the connection up; the other learns of it if that gets through.
    mutating func breakLink(_ place: Int, _ peer: Int) {
        let number = nodes[place].ends[peer].number
        guard number > 0 else { return }
        tellBroken(place, peer, number)
        unlinked(place, number << 4 | UInt32(peer))
    }

    mutating func tellBroken(_ from: Int, _ to: Int, _ number: UInt32) {
        guard network.isOpen(from, to), nodes[to].isUp else { return }
        schedule(
            .unlinked,
            to,
            value: number << 4 | UInt32(from),
            at: network.arrival(from, to, at: now)
        )
    }

    mutating func watchLinks(_ place: Int) {
        for peer in nodes[place].ends.indices where nodes[place].ends[peer].number > 0 {
            nodes[place].ends[peer].silence += Self.watchInterval
            if nodes[place].ends[peer].silence > Self.silenceLimit { breakLink(place, peer) }
        }
        for peer in place + 1..<max(nodes.count, place + 1)
        where nodes[place].ends[peer].number == 0 {
            redial(place, peer, after: Self.shortestPause)
        }
        schedule(.watchLinks, place, at: now + nodes[place].clock.span(of: Self.watchInterval))
    }
}
