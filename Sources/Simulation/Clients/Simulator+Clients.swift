import Determinism
import Histories
import Replication
import Topology

extension Simulator {
    private static let sweepInterval: UInt64 = 25_000_000
    private static let mostTries = 5

    private func seat(_ client: Int) -> Int {
        circumstances.nodes + 1 + crowd.clients[client].group
    }

    /// The next request is due.
    mutating func arrive() {
        agenda.add(Happening(kind: .arrival), at: now + 1 + crowd.gap.draw(&crowd.generator))
        guard let client = crowd.idle.popLast() else {
            crowd.skipped += 1
            return
        }
        let (key, action, command) = crowd.next()
        let shard = crowd.keys[key].shard
        crowd.clients[client].request &+= 1
        crowd.clients[client].isBusy = true
        crowd.clients[client].isRead = command.isRead
        crowd.clients[client].isConfirmed =
            command.isRead && crowd.generator.next() & 15 < UInt64(crowd.load.confirmedShare)
        crowd.clients[client].command = command
        crowd.clients[client].family = crowd.keys[key].family
        crowd.clients[client].key = key
        crowd.clients[client].shard = shard
        crowd.clients[client].record = crowd.testimony.asked(
            action,
            of: crowd.keys[key],
            by: client,
            at: now
        )
        crowd.clients[client].deadline = now + crowd.timeout
        crowd.clients[client].tries = 0
        crowd.clients[client].target = Int(
            crowd.routes[crowd.clients[client].group * crowd.shards + shard]
        )
        ask(client)
    }

    private mutating func ask(_ client: Int) {
        let from = seat(client)
        let target = crowd.clients[client].target
        guard network.isOpen(from, target) else { return }
        agenda.add(
            Happening(
                kind: .request,
                place: UInt8(target),
                life: UInt16(truncatingIfNeeded: crowd.clients[client].request),
                value: UInt32(client)
            ),
            at: network.looseArrival(from, target, at: now)
        )
    }

    mutating func receiveRequest(_ happening: Happening) {
        let client = Int(happening.value)
        let place = Int(happening.place)
        guard network.isOpen(seat(client), place) else { return }
        guard nodes[place].isUp else {
            if UInt16(truncatingIfNeeded: crowd.clients[client].request) == happening.life {
                tell(client, .unavailable, from: place)
            }
            return
        }
        if nodes[place].pauses > 0 || nodes[place].stalls > 0 {
            nodes[place].backlog.append(happening)
            return
        }
        serve(happening, on: place)
    }

    /// What a node does with a client's request, as `ClientConnection` does it.
    mutating func serve(_ happening: Happening, on place: Int) {
        let client = Int(happening.value)
        // A client that has given up has closed its connection; what it asked may be carried out still.
        guard UInt16(truncatingIfNeeded: crowd.clients[client].request) == happening.life else {
            return
        }
        let shard = ShardID(UInt16(crowd.clients[client].shard))
        if crowd.clients[client].isRead, !crowd.clients[client].isConfirmed {
            let number = crowd.clients[client].shard
            let answer = nodes[place].answer(crowd.clients[client].command, in: number)
            if let answer, mayRead(number, place) {
                checkServing(place, number)
                finish(client, answer, from: place)
                return
            }
        }
        let token = token(of: client)
        let command = crowd.clients[client].command
        step(
            place,
            crowd.clients[client].isConfirmed
                ? .confirmedRead(shard, token, command) : .request(shard, token, command)
        )
    }

    /// Names a request to the store; of a write that was asked for after the healing, the shard, too.
    private func token(of client: Int) -> RequestToken {
        var value = UInt64(client) | UInt64(crowd.clients[client].request) << 16
        let (family, record) = (crowd.clients[client].family, crowd.clients[client].record)
        if isHealed, !crowd.clients[client].isRead,
            crowd.testimony.invoked(family, record) > Int64(circumstances.healsAt)
        {
            value |= UInt64(crowd.clients[client].shard + 1) << 48
        }
        return RequestToken(value)
    }

    /// A write that was asked for after the healing is progress whether or not its client still waits:
    /// where more is written than a shard's links carry, all that it takes is acknowledged too late.
    private mutating func noteProgress(_ token: RequestToken) {
        let shard = Int(token.value >> 48) - 1
        if shard >= 0 { lastWrite[shard] = now }
    }

    /// Whether what was just read may be shown.
    private mutating func mayRead(_ number: Int, _ place: Int) -> Bool {
        let may = nodes[place].mayServe(number, at: now)
        guard isFlawed, let flaw else { return may }
        if nodes[place].servedAt.isEmpty {
            nodes[place].servedAt = Array(repeating: 0, count: circumstances.shards)
        }
        let last = nodes[place].servedAt[number]
        if may { nodes[place].servedAt[number] = now }
        return flaw.serves(may, sinceItMight: last == 0 ? nil : now - last)
    }

    private mutating func client(of token: RequestToken) -> Int? {
        let client = Int(token.value & 0xFFFF)
        let request = UInt32(truncatingIfNeeded: token.value >> 16)
        return crowd.clients[client].request == request && crowd.clients[client].isBusy
            ? client : nil
    }

    mutating func answer(_ token: RequestToken, _ reply: CommandReply, from place: Int) {
        trace.add(token.value)
        noteProgress(token)
        guard let client = client(of: token) else { return }
        finish(client, reply, from: place)
    }

    /// Answers a read from the node's own state: nobody else may then.
    ///
    /// What another node has read for it, and a write, may be told in a term that is over.
    mutating func show(_ token: RequestToken, _ reply: CommandReply, from place: Int) {
        if let client = client(of: token) { checkServing(place, crowd.clients[client].shard) }
        answer(token, reply, from: place)
    }

    private mutating func finish(_ client: Int, _ reply: CommandReply, from place: Int) {
        record(place, crowd.clients[client].shard)
        let isSwap = crowd.clients[client].command.flags.contains(.onlyIfEqual)
        let family = crowd.clients[client].family
        tell(client, .init(reply, to: family, isSwap: isSwap), from: place)
    }

    mutating func refuse(_ token: RequestToken, _ refusal: Refusal, from place: Int) {
        trace.add(token.value)
        guard let client = client(of: token) else { return }
        switch refusal {
        case .notPrimary: tell(client, .redirected, from: place)
        case .unavailable: tell(client, .unavailable, from: place)
        }
    }

    mutating func abandon(_ token: RequestToken, from place: Int) {
        guard let client = client(of: token) else { return }
        tell(client, .broken, from: place)
    }

    /// Sends an answer.
    private mutating func tell(
        _ client: Int,
        _ reply: SimulatedClient.ClientReply,
        from place: Int
    ) {
        let to = seat(client)
        guard network.isOpen(place, to) else { return }
        crowd.clients[client].reply = reply
        agenda.add(
            Happening(
                kind: .reply,
                place: UInt8(place),
                life: UInt16(truncatingIfNeeded: crowd.clients[client].request),
                value: UInt32(client)
            ),
            at: network.looseArrival(place, to, at: now)
        )
    }

    mutating func receiveReply(_ happening: Happening) {
        let client = Int(happening.value)
        guard UInt16(truncatingIfNeeded: crowd.clients[client].request) == happening.life,
            crowd.clients[client].isBusy, network.isOpen(Int(happening.place), seat(client))
        else { return }
        switch crowd.clients[client].reply {
        case .none: return
        case .done: complete(client, .ok)
        case .value(let value):
            crowd.keys[crowd.clients[client].key].lastSeen = value
            complete(client, .ok, .read(value))
        case .number(let number):
            let asked = crowd.testimony.action(
                crowd.clients[client].family,
                crowd.clients[client].record
            )
            if case .add(let amount, _) = asked {
                complete(client, .ok, .add(amount, total: number))
            } else {
                complete(client, .ok, .readCounter(number))
            }
        case .elements(let elements):
            let extent = crowd.testimony.list(elements)
            complete(client, .ok, .readAll(extent))
        case .swapped(let isSwapped):
            let asked = crowd.testimony.action(
                crowd.clients[client].family,
                crowd.clients[client].record
            )
            if case .compareAndSet(let from, let to, _) = asked {
                complete(client, .ok, .compareAndSet(from: from, to: to, swapped: isSwapped))
            }
        case .broken: complete(client, .unknown)
        case .unavailable: redirect(client, to: 1 + crowd.generator.next(below: nodes.count - 1))
        case .redirected:
            let map = nodes[Int(happening.place)].core.map
            let shard = ShardID(UInt16(crowd.clients[client].shard))
            let primary = map?[shard].primary.map { Int($0.value) }
            let other = primary == Int(happening.place) ? nil : primary
            redirect(client, to: other ?? 1 + crowd.generator.next(below: nodes.count - 1))
        }
    }

    private mutating func redirect(_ client: Int, to target: Int) {
        crowd.clients[client].tries += 1
        crowd.routes[crowd.clients[client].group * crowd.shards + crowd.clients[client].shard] =
            UInt8(target)
        guard crowd.clients[client].tries < Self.mostTries else {
            complete(client, .failed)
            return
        }
        crowd.clients[client].target = target
        crowd.clients[client].reply = .none
        ask(client)
    }

    private mutating func complete(
        _ client: Int,
        _ outcome: Outcome,
        _ action: Action? = nil
    ) {
        let (family, record) = (crowd.clients[client].family, crowd.clients[client].record)
        crowd.testimony.answered(family, record, outcome, action, at: now)
        if outcome == .ok, !crowd.clients[client].isRead {
            crowd.acknowledged += 1
        }
        crowd.clients[client].isBusy = false
        crowd.clients[client].reply = .none
        crowd.idle.append(client)
    }

    /// A process that ended takes the connections of its clients along.
    mutating func disconnectClients(of place: Int) {
        for client in crowd.clients.indices
        where crowd.clients[client].isBusy && crowd.clients[client].target == place {
            if case .none = crowd.clients[client].reply { tell(client, .broken, from: place) }
        }
    }

    /// Gives up what was not answered in time.
    mutating func sweep() {
        agenda.add(Happening(kind: .sweep), at: now + Self.sweepInterval)
        for client in crowd.clients.indices
        where crowd.clients[client].isBusy && crowd.clients[client].deadline <= now {
            askAround(client)
            complete(client, .unknown)
        }
    }

    /// After silence, a client asks any node that answers where to go.
    private mutating func askAround(_ client: Int) {
        let place = crowd.clients[client].group * crowd.shards + crowd.clients[client].shard
        let silent = crowd.clients[client].target
        guard Int(crowd.routes[place]) == silent else { return }
        let first = crowd.generator.next(below: nodes.count - 1)
        crowd.routes[place] = UInt8(1 + first)
        for step in 0..<nodes.count - 1 {
            let node = 1 + (first + step) % (nodes.count - 1)
            guard node != silent, network.isOpen(seat(client), node),
                network.isOpen(node, seat(client)), !nodes[node].isHeld,
                let primary = nodes[node].core.map?.shards[crowd.clients[client].shard].primary,
                Int(primary.value) != silent
            else { continue }
            crowd.routes[place] = UInt8(primary.value)
            return
        }
    }

    /// Nobody else may serve at the moment at which a node does.
    private mutating func checkServing(_ place: Int, _ shard: Int) {
        for other in 1..<nodes.count where other != place && nodes[other].isUp {
            if nodes[other].mayServe(shard, at: now) {
                violated("\(nodes[place].id) and \(nodes[other].id) both serve s\(shard)")
            }
        }
    }
}
