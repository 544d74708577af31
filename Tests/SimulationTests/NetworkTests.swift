import Determinism
import Testing

@testable import Simulation

@Suite struct NetworkTests {
    /// What is sent at once when one end knows of a connection would else be dropped by the other: a live
    /// connection loses nothing.
    @Test func `what a connection carries is never there before the connection`() {
        let law = LinkLaw(
            delay: Spread(50_000, 50_000),
            loss: Chance(0.2),
            duplication: Chance(1),
            reordering: Chance(0.5),
            queueLimit: 1_000
        )
        var network = Network(endpoints: 3, law: law, seed: Seed(1))
        var now: UInt64 = 0
        for _ in 0..<1_000 {
            let (there, back) = network.connect(1, 2, at: now)
            #expect(now < there && there < back)
            for _ in 0..<8 {
                #expect(network.messageArrival(2, 1, at: there) > back)
                #expect((network.secondArrival(2, 1, at: there) ?? .max) > back)
            }
            now = back
        }
        #expect(network.evidence.reordered > 1_000 && network.evidence.duplicated > 1_000)
    }
}
