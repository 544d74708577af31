import Consistency
import Histories
import Testing

@Suite struct HistoryShrinkerTests {
    private func shrunk(
        _ history: History,
        _ model: any HistoryModel.Type,
        usesSuspects: Bool
    ) -> HistoryShrinker.Result {
        let options = CheckOptions(explains: usesSuspects)
        let conclusion = model.check(history, options)
        var tries = 0
        var shrinker = HistoryShrinker(
            history,
            suspects: usesSuspects ? conclusion.counterexamples.first?.operations ?? [] : [],
            shouldStop: {
                tries += 1
                return tries > 5000
            },
            verdict: { model.check($0, CheckOptions(explains: false)).verdict }
        )
        return shrinker.shrink()
    }

    @Test(arguments: [true, false])
    func `a stale read is reduced to the writes and the read`(usesSuspects: Bool) throws {
        let store = SimulatedObjects(.register, clients: 6, operations: 400, keys: 3)
        for seed in UInt64(1)...5 {
            let history = try #require(store.brokenHistory(seed: seed))
            guard Register.check(history, CheckOptions()).verdict.name == "invalid" else {
                continue
            }
            let result = shrunk(history, Register.self, usesSuspects: usesSuspects)
            #expect(result.isMinimal, "seed \(seed)")
            #expect(result.history.operations.count <= 4, "seed \(seed)")
            #expect(result.history.keys.count == 1, "seed \(seed)")
            let verdict = Register.check(result.history, CheckOptions()).verdict
            #expect(verdict.name == "invalid", "seed \(seed)")
        }
    }

    @Test func `no read is left of a value whose write was removed`() throws {
        let store = SimulatedObjects(.swaps, clients: 5, operations: 60, values: 3)
        var tried = 0
        for seed in UInt64(1)...40 {
            var history = store.history(seed: seed)
            guard
                let place = history.operations.lastIndex(where: {
                    if case .read(let value?) = $0.action { return value != .absent }
                    return false
                })
            else { continue }
            history.operations[place].action = .read(.absent)
            guard CompareAndSetRegister.check(history, CheckOptions()).verdict.name == "invalid"
            else { continue }
            tried += 1
            let small = shrunk(history, CompareAndSetRegister.self, usesSuspects: false).history
            let conclusion = CompareAndSetRegister.check(small, CheckOptions())
            #expect(conclusion.verdict.name == "invalid", "seed \(seed)")
            #expect(conclusion.counterexamples.first?.anomaly != "garbage-read", "seed \(seed)")
        }
        #expect(tried > 5)
    }

    /// To take the write away would make of a stale read one of something that nobody wrote.
    @Test(arguments: [true, false])
    func `a stale read keeps the write of what it read`(usesSuspects: Bool) {
        var overwritten = HistoryScript()
        overwritten.write("1", 0...1)
        overwritten.write("2", 2...3)
        overwritten.read("1", 4...5)
        var deleted = HistoryScript()
        deleted.write("1", 0...1)
        deleted.add(.delete, 2...3)
        deleted.read("1", 4...5)
        var swapped = HistoryScript()
        swapped.write("1", 0...1)
        swapped.swap("1", "2", 2...3)
        swapped.swap("1", "2", 4...5)
        for script in [overwritten, deleted, swapped] {
            let result = shrunk(
                script.history,
                CompareAndSetRegister.self,
                usesSuspects: usesSuspects
            )
            #expect(result.history.operations.count == 3)
        }
    }

    @Test(arguments: [SimulatedObjects.Kind.swaps, .register])
    func `whatever is removed, a history that can be explained stays one`(
        kind: SimulatedObjects.Kind
    ) {
        let model: any HistoryModel.Type =
            kind == .swaps ? CompareAndSetRegister.self : Register.self
        let store = SimulatedObjects(
            kind,
            clients: 5,
            operations: 40,
            values: 3,
            unanswered: 8
        )
        var (tried, seen) = (0, 0)
        for seed in UInt64(1)...120 {
            let history = store.history(seed: seed)
            guard model.check(history, CheckOptions(explains: false)).verdict == .valid else {
                continue
            }
            seen += 1
            var turn = seed
            var shrinker = HistoryShrinker(
                history,
                shouldStop: { false },
                verdict: { smaller in
                    tried += 1
                    let conclusion = model.check(smaller, CheckOptions(explains: false))
                    #expect(conclusion.verdict.name != "invalid", "seed \(seed)")
                    // Goes on from some of the smaller ones as if they were what is looked for.
                    turn = turn &* 6_364_136_223_846_793_005 &+ 1
                    return turn >> 33 & 3 == 0 ? .invalid([]) : .valid
                }
            )
            _ = shrinker.shrink()
        }
        #expect(seen > 50 && tried > 500, "\(seen) \(tried)")
    }

    @Test func `where values repeat, single writes go that nobody can have seen`() {
        var script = HistoryScript()
        for turn in Int64(0)..<40 {
            let start = turn * 10
            script.write("\(turn % 3)", start...start + 4)
            script.read("\(turn % 3)", start + 5...start + 8)
        }
        script.read("7", 500...501)
        script.write("7", 510...520)
        script.read("1", 600...601)
        let result = shrunk(script.history, Register.self, usesSuspects: false)
        #expect(result.isMinimal && result.history.operations.count <= 3, "\(result)")
    }

    @Test func `a text loses the pieces whose append was removed`() throws {
        let store = SimulatedObjects(.texts, clients: 4, operations: 120)
        let history = try #require(store.brokenHistory(seed: 3))
        #expect(Append.check(history, CheckOptions()).verdict.name == "invalid")
        let result = shrunk(history, Append.self, usesSuspects: false)
        #expect(Append.check(result.history, CheckOptions()).verdict.name == "invalid")
        #expect(result.history.operations.count < 12)
    }

    @Test func `an acquisition is removed only with its release`() {
        var script = HistoryScript()
        for turn in Int64(0)..<10 {
            script.add(.acquire, turn * 10...turn * 10 + 1, by: 1)
            script.add(.release, turn * 10 + 2...turn * 10 + 3, by: 1)
        }
        script.add(.acquire, 200...201, by: 2)
        script.add(.acquire, 202...203, by: 3)
        let result = shrunk(script.history, MutualExclusion.self, usesSuspects: false)
        #expect(result.history.operations.count == 2)
    }
}
