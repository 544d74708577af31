import Histories

/// What one part of the self-test came to.
public struct SelfTestLine: Sendable, Equatable {
    public var name: String
    /// Histories that were tried.
    public var tried: Int
    /// What went wrong, with the seed of the history; at most a few are told.
    public var failures: [String]

    public var passed: Bool { failures.isEmpty && tried > 0 }

    public init(name: String, tried: Int, failures: [String] = []) {
        self.name = name
        self.tried = tried
        self.failures = failures
    }
}

/// Turns the checkers on histories whose answer is known.
public enum SelfTest {
    /// How many failures of one part are told.
    private static let told = 5

    /// - Parameter histories: How many small histories are compared with an oracle that tries every
    ///   order; one in eight as many are mutated.
    public static func lines(seed: UInt64, histories: Int) -> [SelfTestLine] {
        let subjects = Self.subjects
        let share = max(1, histories / subjects.count)
        var lines = subjects.map { comparison($0, seed: seed, histories: share) }
        lines += subjects.map { innocence($0, seed: seed, histories: max(1, share / 8)) }
        for mutation in Mutation.all {
            lines.append(mutated(mutation, seed: seed, histories: max(1, share / 8)))
        }
        lines += PlantedFaults.lines(seed: seed, histories: max(1, share / 8))
        lines += TransactionSelfTest.lines(seed: seed, histories: share)
        return lines
    }

    /// A kind of history, and the model that knows it.
    private struct Subject {
        var kind: SimulatedObjects.Kind
        var model: any HistoryModel.Type
        var isUnique = false
    }

    private static let subjects = [
        Subject(kind: .register, model: Register.self),
        Subject(kind: .register, model: Register.self, isUnique: true),
        Subject(kind: .deletes, model: Register.self),
        Subject(kind: .swaps, model: CompareAndSetRegister.self),
        Subject(kind: .swaps, model: CompareAndSetRegister.self, isUnique: true),
        Subject(kind: .texts, model: Append.self),
        Subject(kind: .texts, model: Append.self, isUnique: true),
        Subject(kind: .lists, model: Append.self),
        Subject(kind: .counter, model: Counter.self),
        Subject(kind: .mutex, model: MutualExclusion.self),
        Subject(kind: .registers, model: MultiRegister.self),
    ]

    private static func comparison(
        _ subject: Subject,
        seed: UInt64,
        histories: Int
    ) -> SelfTestLine {
        let values = subject.isUnique ? "values written once" : "few values"
        var line = SelfTestLine(
            name: "\(subject.model.name) against every order, \(subject.kind.rawValue), \(values)",
            tried: histories
        )
        var (valid, invalid) = (0, 0)
        for number in 0..<histories {
            let seed = seed &+ UInt64(number)
            var dice = Dice(seed: seed ^ 0x5ca1_ab1e)
            let history = smallHistory(subject, seed: seed, &dice)
            var options = CheckOptions(nilReads: dice.chance(80) ? .absent : .any)
            options.explains = number % 8 == 0
            let oracle = BruteForceOracle(history, options, isOfTexts: subject.kind == .texts)
            let expected = oracle.isLinearizable
            let conclusion = subject.model.check(history, options)
            let verdict = conclusion.verdict
            if options.explains, verdict.name == "invalid", !isTold(conclusion, history) {
                line.failures.append("seed \(seed): the counterexample says nothing")
            }
            if expected { valid += 1 } else { invalid += 1 }
            if agrees(verdict, expected) { continue }
            // Where no reply shows a total, the counter's bounds are wider than its orders.
            if subject.kind == .counter, !expected, !showsTotals(history) { continue }
            let truth = expected ? "an order explains it" : "no order explains it"
            let told = "seed \(seed): \(verdict.name), but \(truth)"
            if line.failures.count < Self.told { line.failures.append(told) }
        }
        if histories >= 100, min(valid, invalid) * 20 < histories {
            line.failures.append("\(valid) valid and \(invalid) invalid: one kind is hardly tried")
        }
        return line
    }

    /// Longer histories of a store that does nothing wrong, with clients that get no answer.
    private static func innocence(
        _ subject: Subject,
        seed: UInt64,
        histories: Int
    ) -> SelfTestLine {
        let values = subject.isUnique ? "values written once" : "few values"
        var line = SelfTestLine(
            name: "\(subject.model.name) accuses nobody, \(subject.kind.rawValue), \(values)",
            tried: histories
        )
        for number in 0..<histories {
            let seed = seed &+ UInt64(number)
            var dice = Dice(seed: seed ^ 0x1dea)
            let store = SimulatedObjects(
                subject.kind,
                clients: 2 + dice.roll(8),
                operations: 20 + dice.roll(80),
                keys: 1 + dice.roll(2),
                values: subject.isUnique ? nil : 2 + dice.roll(3),
                unanswered: dice.roll(12),
                reads: 20 + dice.roll(60),
                replacements: dice.roll(20)
            )
            let options = CheckOptions(budget: SearchBudget(states: 20_000), explains: false)
            let verdict = subject.model.check(store.history(seed: seed), options).verdict
            guard case .invalid(let reasons) = verdict else { continue }
            if line.failures.count < Self.told {
                line.failures.append("seed \(seed): \(reasons.joined(separator: ", "))")
            }
        }
        return line
    }

    /// Whether there is a counterexample of four to eight lines about operations that exist.
    private static func isTold(_ conclusion: Conclusion, _ history: History) -> Bool {
        conclusion.counterexamples.first.map { example in
            (4...8).contains(example.lines.count) && !example.operations.isEmpty
                && example.operations.allSatisfy(history.operations.indices.contains)
        } ?? false
    }

    /// A valid history that proves nothing is unknown, which no oracle says.
    private static func agrees(_ verdict: Verdict, _ isLinearizable: Bool) -> Bool {
        switch verdict {
        case .valid: isLinearizable
        case .invalid: !isLinearizable
        case .unknown(let reasons):
            // Where nothing was proven, as of a lock that one client took once.
            isLinearizable && reasons.allSatisfy { $0.hasPrefix("no ") || $0.hasPrefix("one ") }
        case .assumptionViolated, .void: false
        }
    }

    private static func showsTotals(_ history: History) -> Bool {
        history.operations.contains {
            if $0.outcome == .ok, case .add(_, _?) = $0.action { return true }
            return false
        }
    }

    private static func smallHistory(
        _ subject: Subject,
        seed: UInt64,
        _ dice: inout Dice
    ) -> History {
        var store = SimulatedObjects(subject.kind, clients: 2 + dice.roll(3), operations: 0)
        store.operations = 4 + dice.roll(5)
        store.keys = subject.kind == .counter ? 1 : 1 + dice.roll(2)
        store.values = subject.isUnique ? nil : 2 + dice.roll(2)
        store.unanswered = dice.chance(50) ? 20 : 0
        store.replacements = subject.isUnique && dice.chance(50) ? 0 : 15
        store.reads = 30 + dice.roll(40)
        let history = store.history(seed: seed)
        return dice.chance(20) ? history : Scramble.apply(history, &dice)
    }

    private static func mutated(
        _ mutation: Mutation,
        seed: UInt64,
        histories: Int
    ) -> SelfTestLine {
        var line = SelfTestLine(name: "\(mutation.name) is caught", tried: 0)
        for number in 0..<histories {
            let seed = seed &+ UInt64(number)
            var dice = Dice(seed: seed ^ 0x0dd_ba11)
            let store = SimulatedObjects(
                mutation.kind,
                clients: 2 + dice.roll(6),
                operations: 30 + dice.roll(60),
                keys: 1 + dice.roll(2),
                unanswered: dice.roll(8)
            )
            let good = store.history(seed: seed)
            guard let bad = mutation.apply(good, &dice) else { continue }
            line.tried += 1
            let before = mutation.model.check(good, CheckOptions()).verdict
            let after = mutation.model.check(bad, CheckOptions()).verdict
            if case .invalid = after, before == .valid { continue }
            if line.failures.count < Self.told {
                line.failures.append("seed \(seed): \(before.name), then \(after.name)")
            }
        }
        return line
    }
}

extension Mutation {
    fileprivate var model: any HistoryModel.Type {
        switch kind {
        case .swaps: CompareAndSetRegister.self
        case .texts, .lists: Append.self
        case .counter: Counter.self
        case .mutex: MutualExclusion.self
        case .registers: MultiRegister.self
        case .register, .deletes: Register.self
        }
    }
}
