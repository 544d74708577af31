import Histories

/// Faults in histories of sets, banks, forks and sessions: the good one must be valid, and the same
/// with the fault must not be.
enum PlantedFaults {
    /// How many failures of one part are told.
    private static let told = 5

    private struct Case {
        var name: String
        var model: any HistoryModel.Type
        /// A good history and the same spoilt; nil where it has no place for the fault.
        var histories: (UInt64, inout Dice) -> (good: History, bad: History)?
    }

    private static var cases: [Case] {
        [
            Case(name: "lost element of a set", model: SetModel.self) { seed, dice in
                set(seed, &dice, "lost append")
            },
            Case(name: "doubled element of a set", model: SetModel.self) { seed, dice in
                set(seed, &dice, "duplicate append")
            },
            Case(name: "half a transfer seen in a bank", model: Bank.self) { bank(&$1) },
            Case(name: "two reads that fork", model: LongFork.self) { fork(&$1) },
            Case(name: "own write not read in a session", model: Session.self, histories: session),
        ]
    }

    static func lines(seed: UInt64, histories: Int) -> [SelfTestLine] {
        cases.map { planted in
            var line = SelfTestLine(name: "\(planted.name) is caught", tried: 0)
            for number in 0..<histories {
                let seed = seed &+ UInt64(number)
                var dice = Dice(seed: seed ^ 0xfa_117e)
                guard let (good, bad) = planted.histories(seed, &dice) else { continue }
                line.tried += 1
                let before = planted.model.check(good, CheckOptions()).verdict
                let after = planted.model.check(bad, CheckOptions()).verdict
                if case .invalid = after, before == .valid { continue }
                if line.failures.count < told {
                    line.failures.append("seed \(seed): \(before.name), then \(after.name)")
                }
            }
            return line
        }
    }

    private static func set(
        _ seed: UInt64,
        _ dice: inout Dice,
        _ fault: String
    ) -> (good: History, bad: History)? {
        let store = SimulatedObjects(
            .lists,
            clients: 2 + dice.roll(6),
            operations: 30 + dice.roll(60),
            unanswered: dice.roll(8)
        )
        let good = store.history(seed: seed)
        let mutation = Mutation.all.first { $0.name == fault }
        guard let bad = mutation?.apply(good, &dice) else { return nil }
        return (ofSets(good), ofSets(bad))
    }

    private static func ofSets(_ history: History) -> History {
        var history = history
        for place in history.operations.indices {
            guard case .append(let value) = history.operations[place].action else { continue }
            history.operations[place].action = .insert(value)
        }
        return history
    }

    /// Accounts between which clients move money, one after the other.
    private static func bank(_ dice: inout Dice) -> (good: History, bad: History)? {
        var builder = HistoryBuilder(clock: .events)
        let accounts = (0..<3 + dice.roll(4)).map { builder.key("\($0)") }
        var balances = [Int64](repeating: 100, count: accounts.count)
        var operations: [RecordedOperation] = []
        var halves: [(place: Int, from: Int, amount: Int64)] = []
        for number in 0..<20 + dice.roll(20) {
            let from = dice.roll(accounts.count)
            let to = (from + 1 + dice.roll(accounts.count - 1)) % accounts.count
            let amount = min(Int64(1 + dice.roll(9)), balances[from])
            let action: Action
            if number % 2 == 0, amount > 0 {
                balances[from] -= amount
                balances[to] += amount
                action = .transfer(from: accounts[from], to: accounts[to], amount: amount)
            } else {
                halves.append((number, from, amount))
                action = .transaction(builder.steps(steps(accounts, balances)))
            }
            operations.append(operation(number, action))
        }
        var good = builder.history
        good.operations = operations
        guard !halves.isEmpty else { return nil }
        let half = halves[dice.roll(halves.count)]
        guard case .transaction(let extent) = operations[half.place].action else { return nil }
        var bad = good
        let step = Int(extent.start) + half.from
        // As if a transfer had taken from one account and not yet given to the other.
        if case .readNumber(let balance?) = good.steps[step].kind {
            bad.steps[step].kind = .readNumber(balance - max(1, half.amount))
        }
        return (good, bad)
    }

    private static func steps(_ accounts: [KeyID], _ balances: [Int64]) -> [TransactionStep] {
        zip(accounts, balances).map { TransactionStep(key: $0, kind: .readNumber($1)) }
    }

    private static func operation(_ number: Int, _ action: Action) -> RecordedOperation {
        RecordedOperation(
            process: UInt32(number % 5),
            key: KeyID(rawValue: 0),
            action: action,
            outcome: .ok,
            invoked: Int64(2 * number),
            completed: Int64(2 * number + 1)
        )
    }

    /// Keys that are written once each, in some order, and read all together in between.
    private static func fork(_ dice: inout Dice) -> (good: History, bad: History)? {
        var builder = HistoryBuilder(clock: .events)
        let keys = (0..<2 + dice.roll(4)).map { builder.key("\($0)") }
        let value = builder.value("1")
        var left = Array(keys.indices)
        var written = Set<Int>()
        var operations: [RecordedOperation] = []
        var between: Extent?
        var order: [Int] = []
        while !left.isEmpty {
            let key = left.remove(at: dice.roll(left.count))
            order.append(key)
            written.insert(key)
            let write = builder.steps([TransactionStep(key: keys[key], kind: .write(value))])
            operations.append(operation(operations.count, .transaction(write)))
            let read = builder.steps(
                keys.indices.map { index in
                    TransactionStep(
                        key: keys[index],
                        kind: .read(written.contains(index) ? value : .absent)
                    )
                }
            )
            if order.count == 1 { between = read }
            operations.append(operation(operations.count, .transaction(read)))
        }
        guard let between, order.count > 1 else { return nil }
        var good = builder.history
        good.operations = operations
        // Another read finds the second key written and the first one not.
        var bad = good
        let start = UInt32(bad.steps.count)
        for (index, step) in good.steps(between).enumerated() {
            var step = step
            step.kind = .read(index == order[1] ? value : .absent)
            bad.steps.append(step)
        }
        let extent = Extent(start: start, count: UInt32(keys.count))
        bad.operations.append(operation(bad.operations.count, .transaction(extent)))
        return (good, bad)
    }

    private static func session(
        _ seed: UInt64,
        _ dice: inout Dice
    ) -> (good: History, bad: History)? {
        let store = SimulatedObjects(
            .register,
            clients: 2 + dice.roll(6),
            operations: 30 + dice.roll(60),
            keys: 1 + dice.roll(2),
            unanswered: dice.roll(8)
        )
        let good = store.history(seed: seed)
        var wrote = Set<[UInt32]>()
        var sites: [Int] = []
        for (place, operation) in good.operations.enumerated() where operation.outcome == .ok {
            let client = [operation.process, operation.key.rawValue]
            switch operation.action {
            case .write: wrote.insert(client)
            case .read where wrote.contains(client): sites.append(place)
            default: continue
            }
        }
        guard !sites.isEmpty else { return nil }
        var bad = good
        bad.operations[sites[dice.roll(sites.count)]].action = .read(.absent)
        return (good, bad)
    }
}
