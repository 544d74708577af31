import Coordination
import Topology

/// Several coordinators and an etcd on virtual time, with whatever a network and a scheduler do to them.
final class Competition {
    struct Adversity {
        var loss: UInt64 = 0
        /// Per mille of the moments at which somebody is cut off, held up or started anew.
        var trouble: UInt64 = 0
        /// Nanoseconds that a message takes at most, but for one in fifty, which takes up to a second.
        var delay: UInt64 = 3_000_000
    }

    /// What a coordinator is made to do wrong.
    enum Flaw {
        /// It goes on although its lease has not been prolonged for long.
        case ignoresLostLease
        /// It replaces the map without asking whether it still leads, or which map is there.
        case ignoresConditions
        /// It counts its lease from the answer, and all of it.
        case trustsWholeLease
    }

    final class Coordinator {
        let number: UInt64
        let configuration: LeadershipConfiguration
        var core: Leadership
        /// The map it goes on from; nil while it does not lead.
        var map: ClusterMap?
        var leads = false
        var actsUntil = Instant.distantPast
        var life = 0
        var turn: UInt64 = 0
        var asked = 0
        var cutUntil: UInt64 = 0
        var heldUntil: UInt64 = 0
        var storing: ClusterMap?
        /// Its clock's speed, per mille of the true one.
        let speed: UInt64

        init(_ number: UInt64, _ configuration: LeadershipConfiguration, speed: UInt64) {
            self.number = number
            self.speed = speed
            self.configuration = configuration
            core = Leadership(configuration)
        }

        func clock(_ now: UInt64) -> Instant { Instant(nanoseconds: 1 + now / 1_000 * speed) }

        /// Whether it would act now, by its own clock.
        func acts(at now: UInt64) -> Bool { leads && clock(now) < actsUntil }
    }

    private(set) var now: UInt64 = 0
    var etcd = EtcdModel()
    let coordinators: [Coordinator]
    private(set) var violations: [String] = []
    /// Reigns that began.
    private(set) var reignCount = 0
    private(set) var stops: [String] = []
    private var adversity: Adversity
    private let flaw: Flaw?
    private var state: UInt64
    private var events: [(at: UInt64, order: Int, run: () -> Void)] = []
    private var order = 0

    init(seed: UInt64, count: Int = 3, _ adversity: Adversity = Adversity(), flaw: Flaw? = nil) {
        state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
        self.adversity = adversity
        self.flaw = flaw
        coordinators = (1...count).map { number in
            var configuration = LeadershipConfiguration(address: "10.0.0.\(number):7000")
            if flaw == .ignoresLostLease { configuration.trustedPercent = 100_000 }
            if flaw == .trustsWholeLease { configuration.trustedPercent = 130 }
            // Two per cent apart at most, etcd's own clock in between.
            let speed = adversity.trouble == 0 ? 1_000 : 990 + UInt64(number * 7 % 21)
            return Coordinator(UInt64(number), configuration, speed: speed)
        }
        for coordinator in coordinators { tick(coordinator, life: 0) }
    }

    func draw(_ bound: UInt64) -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state >> 33) % max(1, bound)
    }

    /// Runs until a condition holds; false where it does not within so many seconds.
    @discardableResult
    func run(seconds: Double, until isReached: () -> Bool = { false }) -> Bool {
        let end = now + UInt64(seconds * 1_000_000_000)
        while !isReached() {
            guard
                let next = events.indices.min(by: {
                    (events[$0].at, events[$0].order) < (events[$1].at, events[$1].order)
                }), events[next].at <= end
            else {
                now = end
                return isReached()
            }
            let event = events.remove(at: next)
            now = max(now, event.at)
            etcd.advance(to: now)
            event.run()
            check()
        }
        return true
    }

    var leader: Coordinator? { coordinators.first { $0.acts(at: now) } }

    /// Ends a coordinator's process, and starts another in its place.
    func restart(_ coordinator: Coordinator) {
        coordinator.life += 1
        coordinator.core = Leadership(coordinator.configuration)
        coordinator.leads = false
        coordinator.storing = nil
        let life = coordinator.life
        after(100_000_000) { [self] in tick(coordinator, life: life) }
    }

    /// From now on nothing goes wrong any more.
    func calmDown() {
        adversity = Adversity()
        for coordinator in coordinators {
            coordinator.cutUntil = now
            coordinator.heldUntil = min(coordinator.heldUntil, now)
        }
    }

    func resign(_ coordinator: Coordinator) { step(coordinator, .resign) }

    func yield(_ coordinator: Coordinator) { step(coordinator, .yield(turn: coordinator.turn)) }

    func seek(_ coordinator: Coordinator) { step(coordinator, .sought) }

    private func after(_ delay: UInt64, _ run: @escaping () -> Void) {
        order += 1
        events.append((now + delay, order, run))
    }

    private func tick(_ coordinator: Coordinator, life: Int) {
        guard coordinator.life == life else { return }
        after(10_000_000) { [self] in tick(coordinator, life: life) }
        if draw(1_000) < adversity.trouble { disturb(coordinator) }
        guard coordinator.life == life, now >= coordinator.heldUntil else { return }
        step(coordinator, .tick)
        guard coordinator.acts(at: now), coordinator.storing == nil, draw(20) == 0 else { return }
        let map = Self.map(after: coordinator.map, by: coordinator.number)
        coordinator.storing = map
        step(coordinator, .store(map, turn: coordinator.turn))
    }

    private func disturb(_ coordinator: Coordinator) {
        switch draw(9) {
        case 0, 1, 2: coordinator.cutUntil = now + draw(4_000_000_000)
        case 3, 4, 5: coordinator.heldUntil = now + draw(4_000_000_000)
        case 6: etcd.changeLeader()
        case 7: yield(coordinator)
        default: restart(coordinator)
        }
    }

    private func step(_ coordinator: Coordinator, _ event: LeadershipEvent) {
        var effects: [LeadershipEffect] = []
        coordinator.core.step(event, at: coordinator.clock(now), into: &effects)
        for effect in effects { carryOut(effect, of: coordinator) }
    }

    private func carryOut(_ effect: LeadershipEffect, of coordinator: Coordinator) {
        switch effect {
        case .ask(let request, let patience): ask(coordinator, request, patience)
        case .lead(let map, let turn, let until):
            coordinator.turn = turn
            reignCount += 1
            coordinator.leads = true
            coordinator.map = map
            coordinator.storing = nil
            coordinator.actsUntil = until
        case .prolong(let until): coordinator.actsUntil = until
        case .follow:
            coordinator.leads = false
            coordinator.storing = nil
        case .stored(let epoch):
            guard let map = coordinator.storing, map.epoch == epoch else {
                violations.append("\(coordinator.number) was told of epoch \(epoch)")
                return
            }
            if !etcd.maps.contains(map) {
                violations.append("\(now): \(epoch) of \(coordinator.number) is not kept")
            }
            coordinator.map = map
            coordinator.storing = nil
        case .note: break
        case .stop(let reason): stops.append(reason)
        }
    }

    private func ask(_ coordinator: Coordinator, _ request: EtcdRequest, _ patience: UInt64) {
        coordinator.asked += 1
        let (question, life) = (coordinator.asked, coordinator.life)
        let answer = { [self] (event: LeadershipEvent) in
            guard coordinator.asked == question, coordinator.life == life else { return }
            coordinator.asked += 1
            step(coordinator, event)
        }
        after(patience) { [self] in whenAwake(coordinator) { answer(.silence("no answer")) } }
        guard draw(1_000) >= adversity.loss else { return }
        after(delay()) { [self] in
            guard now >= coordinator.cutUntil else { return }
            let reply = etcd.answer(flawed(request))
            guard draw(1_000) >= adversity.loss else { return }
            after(delay()) { [self] in
                guard now >= coordinator.cutUntil else { return }
                whenAwake(coordinator) { answer(.reply(reply)) }
            }
        }
    }

    private func whenAwake(_ coordinator: Coordinator, _ run: @escaping () -> Void) {
        guard now < coordinator.heldUntil else { return run() }
        after(coordinator.heldUntil - now + 1) { [self] in whenAwake(coordinator, run) }
    }

    private func flawed(_ request: EtcdRequest) -> EtcdRequest {
        guard flaw == .ignoresConditions, case .transaction(var transaction) = request,
            transaction.conditions.contains(where: {
                if case .modified = $0 { true } else { false }
            })
        else { return request }
        transaction.conditions = []
        return .transaction(transaction)
    }

    private func delay() -> UInt64 {
        if adversity.loss > 0, draw(50) == 0 { return draw(1_000_000_000) }
        return 100_000 + draw(adversity.delay)
    }

    private var checkedMaps = 0

    private func check() {
        let acting = coordinators.filter { $0.acts(at: now) }
        if acting.count > 1 {
            violations.append("\(now): \(acting.map(\.number)) act at once")
        }
        // Each map goes on from the one before it.
        while checkedMaps < etcd.maps.count {
            let map = etcd.maps[checkedMaps]
            let before = checkedMaps == 0 ? nil : etcd.maps[checkedMaps - 1]
            if map.epoch.value != (before?.epoch.value ?? 0) + 1
                || map.moveRate != before?.cluster.value ?? 0
            {
                violations.append("\(now): the map of \(map.epoch) does not go on from its last")
            }
            checkedMaps += 1
        }
    }

    /// A map that says whom it is by (its cluster), and which one it goes on from (its move rate).
    static func map(after old: ClusterMap?, by author: UInt64) -> ClusterMap {
        var map = ClusterMap(
            cluster: ClusterID(author << 32 | (old?.epoch.value ?? 0) + 1),
            epoch: Epoch((old?.epoch.value ?? 0) + 1),
            placement: "ring",
            replication: "quorum",
            replicaCount: 1,
            election: ElectionRule(electsFromInSync: true, recoverySetSize: 1, minimumInSync: 1),
            nodes: [],
            shards: []
        )
        map.moveRate = old?.cluster.value ?? 0
        return map
    }
}
