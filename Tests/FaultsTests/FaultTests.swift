import Determinism
import Faults
import Testing
import Topology

/// Runs over every registered fault, so that a new one is tested before its author writes a test.
@Suite struct FaultTests {
    private static func all() throws -> [any Fault] {
        let fields = FaultFields(
            target: .primary,
            shape: "isolate",
            duration: .seconds(2),
            restartAfter: .seconds(2)
        )
        return try faults.map { try $0.init(fields: fields) }
    }

    @Test func `names are unique`() {
        let names = faults.map { $0.name }
        #expect(Set(names).count == names.count)
    }

    @Test func `the same seed and view give the same strike`() throws {
        for fault in try Self.all() {
            for seed in 0..<16 {
                let schedule = FaultSchedule([(.seconds(1), fault)], seed: Seed(UInt64(seed)))
                let first = schedule.entries[0].strike(in: fiveNodes())
                let second = schedule.entries[0].strike(in: fiveNodes())
                #expect(first.victim == second.victim && first.strike == second.strike)
            }
        }
    }

    @Test func `every strike acts, heals, and says what must be seen`() throws {
        for fault in try Self.all() {
            let entry = FaultSchedule([(.zero, fault)], seed: Seed(1)).entries[0]
            let (victim, strike) = entry.strike(in: fiveNodes())
            #expect(victim == .node(3) || fault.target == nil)
            #expect(!strike.actions.isEmpty && !strike.evidence.isEmpty)
            // Who has joined or left stays so.
            #expect(strike.healing.isEmpty == type(of: fault).changesMembership)
        }
    }

    @Test func `what is cut is reconnected, what ends is started, what is paused is resumed`()
        throws
    {
        for fault in try Self.all() {
            let entry = FaultSchedule([(.zero, fault)], seed: Seed(1)).entries[0]
            let strike = entry.strike(in: fiveNodes()).strike
            for action in strike.actions where !type(of: fault).changesMembership {
                let opposite: FaultAction =
                    switch action {
                    case .kill(let endpoint), .terminate(let endpoint): .start(endpoint)
                    case .pause(let endpoint): .resume(endpoint)
                    case .cut(let links): .reconnect(links)
                    case .start, .resume, .reconnect, .renewNetwork, .join, .leave, .replace:
                        action
                    }
                #expect(strike.healing.contains(opposite), "\(action)")
            }
        }
    }

    @Test func `only a fault that needs the network touches it`() throws {
        for fault in try Self.all() {
            let entry = FaultSchedule([(.zero, fault)], seed: Seed(1)).entries[0]
            let strike = entry.strike(in: fiveNodes()).strike
            let cuts = (strike.actions + strike.healing).contains { action in
                switch action {
                case .cut, .reconnect, .renewNetwork: true
                case .kill, .terminate, .start, .pause, .resume, .join, .leave, .replace: false
                }
            }
            #expect(cuts == type(of: fault).needsNetworkFaults)
        }
    }

    @Test func `the first spare joins, and nothing happens where there is none`() throws {
        let join = try NodeJoin(fields: FaultFields())
        let replace = try NodeReplace(fields: FaultFields(target: .primary))
        let leave = try NodeLeave(fields: FaultFields(target: .node(NodeID(2))))
        func actions(_ fault: any Fault, _ view: ClusterView) -> [FaultAction] {
            FaultSchedule([(.zero, fault)], seed: Seed(1)).entries[0].strike(in: view)
                .strike.actions
        }
        #expect(actions(join, fiveNodes()) == [.join(NodeID(6))])
        #expect(actions(replace, fiveNodes()) == [.replace(NodeID(3), by: NodeID(6))])
        #expect(actions(leave, fiveNodes()) == [.leave(NodeID(2))])
        var full = fiveNodes()
        full.spares = []
        #expect(actions(join, full).isEmpty && actions(replace, full).isEmpty)
        #expect(throws: FaultFieldError.self) {
            try NodeLeave(fields: FaultFields(target: .coordinator))
        }
    }

    @Test func `a machine crash is silent before it is deadly, and boots with an empty network`()
        throws
    {
        let crash = try MachineCrash(fields: FaultFields(target: .primary))
        let entry = FaultSchedule([(.zero, crash)], seed: Seed(1)).entries[0]
        let strike = entry.strike(in: fiveNodes()).strike
        guard strike.actions.count == 2, case .cut(let links) = strike.actions[0] else {
            Issue.record("\(strike.actions)")
            return
        }
        #expect(strike.actions[1] == .kill(.node(3)))
        #expect(
            strike.healing == [.renewNetwork(.node(3)), .reconnect(links), .start(.node(3))]
        )
        #expect(entry.healsAt == nil)
    }

    @Test func `a schedule is in the order of time, and one fault more changes no other's draw`()
        throws
    {
        let crash = try ProcessCrash(
            fields: FaultFields(target: .random, restartAfter: .seconds(5))
        )
        let short = FaultSchedule([(.seconds(1), crash)], seed: Seed(3))
        let long = FaultSchedule([(.seconds(9), crash), (.seconds(1), crash)], seed: Seed(3))
        #expect(long.entries.map(\.at) == [.seconds(1), .seconds(9)])
        #expect(long.entries[0].seed == short.entries[0].seed)
        #expect(long.end == .seconds(14))
    }

    @Test(arguments: [Endpoint.node(12), .coordinator, .clients(2)])
    func `an endpoint is found by its name`(endpoint: Endpoint) {
        #expect(Endpoint(name: endpoint.name) == endpoint)
        #expect(Endpoint(name: endpoint.name + "x") == nil)
    }
}
