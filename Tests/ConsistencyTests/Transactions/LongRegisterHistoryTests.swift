import Consistency
import Histories
import Testing

@Suite struct LongRegisterHistoryTests {
    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `the order of a long history of a good store is found`(seed: UInt64) {
        var store = SimulatedTransactions(
            promise: .strictSerializable,
            data: .registers,
            transactions: 3_000,
            clients: 20,
            seed: seed
        )
        store.lost = 5
        let history = store.history()
        for level in [IsolationLevel.serializable, .strictSerializable] {
            let conclusion = ReadWriteRegister.check(history, level)
            #expect(conclusion.verdict == .valid, "seed \(seed): \(conclusion)")
            #expect(conclusion.spent.states < 100 * 3_000, "seed \(seed): \(conclusion.spent)")
        }
    }
}
