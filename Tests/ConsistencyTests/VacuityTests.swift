import Consistency
import Histories
import Testing

/// What proves nothing is never valid, whatever it is held against.
@Suite struct VacuityTests {
    /// One write and one read of each model, as Jepsen writes them, and what a read finds before any
    /// write; mutexes are not read.
    struct Words: Sendable, CustomTestStringConvertible {
        var model: String
        var write: String
        var read: String
        var found: String
        var nothing: String
        var testDescription: String { model }
    }

    static let words =
        [
            Words(model: "register", write: ":f :write :value 1", read: ":f :read", found: "1"),
            Words(model: "cas-register", write: ":f :write :value 1", read: ":f :read", found: "1"),
            Words(model: "session", write: ":f :write :value 1", read: ":f :read", found: "1"),
            Words(model: "append", write: ":f :append :value a", read: ":f :read", found: "a"),
            Words(
                model: "counter",
                write: ":f :add :value 1",
                read: ":f :read",
                found: "1",
                nothing: "0"
            ),
            Words(
                model: "set",
                write: ":f :add :value 1",
                read: ":f :read",
                found: "[1]",
                nothing: "[]"
            ),
            Words(
                model: "bank",
                write: ":f :transfer :value {:from a :to b :amount 1}",
                read: ":f :read",
                found: "{a 4 b 6}",
                nothing: "{a 5 b 5}"
            ),
            Words(
                model: "list-append",
                write: ":f :txn :value [[:append x 1] [:append y 1]]",
                read: ":f :txn :value [[:r x nil] [:r y nil]]",
                found: "[[:r x [1]] [:r y [1]]]",
                nothing: "[[:r x []] [:r y []]]"
            ),
        ]
        + ["multi-register", "rw-register", "transactions", "long-fork"].map { model in
            Words(
                model: model,
                write: ":f :txn :value [[:w x 1]]",
                read: ":f :txn :value [[:r x nil] [:r y nil]]",
                found: "[[:r x 1] [:r y nil]]",
                nothing: "[[:r x nil] [:r y nil]]"
            )
        }

    private func verdict(_ lines: [String], _ model: String) throws -> Verdict {
        let model = try #require(historyModels.first { $0.name == model })
        var input = HistoryInput(MemorySource(lines.map { "{\($0)}" }.joined(separator: "\n")))
        let history = try JepsenEDN.read(&input, HistorySubject(model: model.name))
        return model.check(history, CheckOptions()).verdict
    }

    private func asked(_ process: Int, _ what: String) -> String {
        ":process \(process) :type :invoke \(what)"
    }

    private func answered(_ process: Int, _ type: String, _ what: String) -> String {
        ":process \(process) :type \(type) \(what)"
    }

    private func read(_ words: Words, _ type: String, _ found: String) -> [String] {
        let function = words.read.split(separator: " ").prefix(2).joined(separator: " ")
        let value = type == ":ok" ? " :value \(found)" : ""
        return [asked(1, words.read), answered(1, type, function + value)]
    }

    private func write(_ words: Words, _ type: String) -> [String] {
        [asked(0, words.write), answered(0, type, words.write)]
    }

    @Test func `a lock that one client took once proves nothing`() throws {
        let once = [asked(0, ":f :acquire"), answered(0, ":ok", ":f :acquire")]
        let twice = once + [asked(0, ":f :release"), answered(0, ":ok", ":f :release")]
        #expect(try verdict(once, "mutex").name == "unknown")
        #expect(try verdict(twice, "mutex") == .valid)
    }

    @Test(arguments: words)
    func `with a write and a read that shows it something is proven`(words: Words) throws {
        // A long fork takes two writes and two reads; a bank is known by its first read.
        let reads = Array(
            repeating: read(words, ":ok", words.found),
            count: words.model == "bank" ? 2 : 1
        )
        let lines = write(words, ":ok") + reads.flatMap(\.self)
        let verdict = try verdict(lines, words.model)
        #expect(verdict == .valid || words.model == "long-fork", "\(verdict)")
    }

    @Test(arguments: words, [":fail", ":info"])
    func `a history whose reads all failed is not valid`(words: Words, type: String) throws {
        let lines = write(words, ":ok") + read(words, type, "") + read(words, ":fail", "")
        #expect(try verdict(lines, words.model).name == "unknown")
    }

    @Test(arguments: words, [":fail", ":info"])
    func `a history without a completed write is not valid`(words: Words, type: String) throws {
        let lines = write(words, type) + read(words, ":ok", words.nothing)
        #expect(try verdict(lines, words.model).name == "unknown")
    }

    @Test(arguments: words)
    func `a history of questions alone is not valid`(words: Words) throws {
        let lines = [asked(0, words.write), asked(1, words.read)]
        #expect(try verdict(lines, words.model).name == "unknown")
        #expect(try verdict([], words.model).name == "unknown")
    }

    @Test func `a mutex that nobody got is not valid`() throws {
        for type in [":fail", ":info"] {
            let lines = [asked(0, ":f :acquire"), answered(0, type, ":f :acquire")]
            #expect(try verdict(lines, "mutex").name == "unknown")
        }
        #expect(try verdict([], "mutex").name == "unknown")
    }

    @Test(arguments: [
        (SimulatedObjects.Kind.register, "register"), (.swaps, "cas-register"),
        (.deletes, "register"), (.registers, "multi-register"),
    ])
    func `a checker out of budget never says valid of what it had to search`(
        kind: SimulatedObjects.Kind,
        model: String
    ) throws {
        let model = try #require(historyModels.first { $0.name == model })
        let store = SimulatedObjects(kind, clients: 8, operations: 200, values: 2, unanswered: 5)
        var exhausted = 0
        for seed in UInt64(1)...20 {
            let history = store.history(seed: seed)
            let whole = model.check(history, CheckOptions())
            #expect(whole.verdict == .valid, "seed \(seed)")
            guard whole.spent.states > 1 else { continue }
            exhausted += 1
            let options = CheckOptions(budget: SearchBudget(states: 1, bytes: 1))
            let poor = model.check(history, options)
            #expect(poor.verdict.name == "unknown", "seed \(seed): \(poor.verdict)")
            #expect(poor.verdict.reasons.first?.contains("gave up after") == true)
        }
        #expect(exhausted > 10)
    }
}

extension VacuityTests.Words {
    init(model: String, write: String, read: String, found: String) {
        self.init(model: model, write: write, read: read, found: found, nothing: "nil")
    }
}
