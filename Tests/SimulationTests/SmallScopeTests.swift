import Simulation
import Storage
import Testing

@Suite struct SmallScopeTests {
    static let scopes: [SmallScope] = [
        SmallScope(mode: "quorum", nodes: 3, durability: .logAlways, gap: 160_000_000),
        SmallScope(mode: "synchronous", nodes: 3, durability: .logAlways, gap: 90_000_000),
        SmallScope(mode: "chain", nodes: 3, durability: .logAlways, gap: 400_000_000),
        SmallScope(mode: "asynchronous", nodes: 2, durability: .logAlways, gap: 160_000_000),
    ]

    @Test(arguments: scopes)
    func `no order of a handful of adversities breaks a promise`(scope: SmallScope) {
        let all = scope.circumstances
        #expect(all.count == 120)
        for (number, circumstances) in all.enumerated() {
            let outcome = simulate(circumstances)
            #expect(outcome.violations == [], "order \(number) of \(scope)")
            #expect(outcome.acknowledged > 200, "order \(number): a run that does little")
        }
    }
}
