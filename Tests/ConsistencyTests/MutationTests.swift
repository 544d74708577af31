import Consistency
import Histories
import Testing

/// A good trial stays good; every kind of harm done to what the replicas hold is noticed.
@Suite struct MutationTests {
    /// A generator of its own, so that a failure can be repeated from its seed.
    private struct Chance {
        var state: UInt64
        mutating func below(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(limit))
        }
    }

    /// Random writes of which every key ends acknowledged, held by three replicas as they should be.
    private func goodScript(seed: UInt64) -> LedgerScript {
        var chance = Chance(state: seed)
        var script = LedgerScript()
        var time = 0.0
        for _ in 0..<400 {
            time += 0.01
            script.write(chance.below(64), Outcome.allCases[chance.below(3)], at: time)
        }
        for key in 0..<64 {
            time += 0.01
            script.write(key, at: time)
            let last = script.ledger.entries[key].lastAcknowledged
            script.hold(key, last, last, last)
        }
        return script
    }

    @Test(arguments: 1...20) func `a good ledger is valid`(seed: UInt64) {
        let finding = goodScript(seed: seed).finding
        #expect(finding.verdict == .valid, "seed \(seed)")
    }

    @Test(arguments: 1...20) func `every older or foreign value is noticed`(seed: UInt64) {
        let good = goodScript(seed: seed)
        for key in 0..<64 {
            let last = good.ledger.entries[key].lastAcknowledged
            for older in 0..<last {
                var script = good
                let value: UInt32? = older == 0 ? nil : older
                script.hold(key, value, value, value)
                #expect(
                    script.finding.verdict.name != "valid",
                    "seed \(seed), key \(key), \(older)"
                )
            }
            var script = good
            script.hold(key, last + 1, last, last)
            #expect(script.finding.verdict.name == "invalid", "seed \(seed), key \(key)")
            script.hold(key, values: [.garbage, .garbage, .garbage])
            #expect(script.finding.verdict.name == "invalid", "seed \(seed), key \(key)")
        }
    }

    @Test(arguments: 1...20) func `counts add up whatever the replicas hold`(seed: UInt64) {
        var chance = Chance(state: seed &+ 99)
        var script = goodScript(seed: seed)
        for key in 0..<64 {
            let last = script.ledger.entries[key].lastIssued
            let value = UInt32(chance.below(Int(last) + 1))
            script.hold(key, value == 0 ? nil : value)
        }
        let account = script.account
        let covered = account.resurrections.reduce(0) { $0 + $1.covered }
        let masked = account.garbageReadings.reduce(0) { sum, reading in
            let entry = script.ledger.entries[reading.key]
            let others = (script.ledger.unknown + script.ledger.failed).count {
                $0.key == reading.key
            }
            return sum + Int(entry.lastIssued) - others
        }
        let sum = account.survived + account.lost + covered + masked
        #expect(sum == account.acknowledged, "seed \(seed)")
        #expect(account.losses.reduce(0) { $0 + $1.count } == account.lost, "seed \(seed)")
        #expect(
            account.lostAgainstPromise + account.lostOutsidePromise + account.lostUndecided
                == account.lost
        )
        #expect(account.unknown == script.ledger.unknown.count, "seed \(seed)")
    }
}
