import Histories

/// The part of the self-test that is about transactions.
enum TransactionSelfTest {
    /// How many failures of one part are told.
    private static let told = 5

    /// - Parameter histories: How many are compared with every order; one in eight as many are spoilt.
    static func lines(seed: UInt64, histories: Int) -> [SelfTestLine] {
        var lines = [lists(seed: seed, histories), registers(seed: seed, histories)]
        for fault in TransactionFault.allCases {
            for data in [SimulatedTransactions.Data.lists, .registers] {
                lines.append(planted(fault, data, seed: seed, max(1, histories / 8)))
            }
        }
        return lines
    }

    private static func lists(seed: UInt64, _ histories: Int) -> SelfTestLine {
        var line = SelfTestLine(name: "list-append against every order", tried: histories)
        let promises = SimulatedTransactions.Promise.allCases
        for number in 0..<histories {
            let seed = seed &+ UInt64(number)
            var fuzzing = TransactionFuzzing(seed: seed)
            let promise = promises[fuzzing.below(promises.count)]
            let history = TransactionFuzzing.withLastRead(
                fuzzing.history(promise, .lists, transactions: 4, seed: seed)
            )
            let oracle = TransactionOracle(history)
            for (level, holds) in [
                (IsolationLevel.serializable, oracle.isSerializable(strict: false)),
                (.strictSerializable, oracle.isSerializable(strict: true)),
                (.snapshotIsolation, oracle.isSnapshotIsolated(strong: false)),
                (.strongSnapshotIsolation, oracle.isSnapshotIsolated(strong: true)),
            ] {
                let verdict = ListAppend.check(history, CheckOptions(level: level)).verdict
                guard isInvalid(verdict) == holds, line.failures.count < told else { continue }
                line.failures.append("seed \(seed), \(level.rawValue): \(verdict.name)")
            }
        }
        return line
    }

    private static func registers(seed: UInt64, _ histories: Int) -> SelfTestLine {
        var line = SelfTestLine(name: "rw-register against every order", tried: histories)
        let promises = SimulatedTransactions.Promise.allCases
        var invalid = 0
        for number in 0..<histories {
            let seed = seed &+ UInt64(number)
            var fuzzing = TransactionFuzzing(seed: seed)
            let promise = promises[fuzzing.below(promises.count)]
            let history = fuzzing.history(promise, .registers, transactions: 5, seed: seed)
            let oracle = TransactionOracle(history)
            for (level, isStrict) in [
                (IsolationLevel.serializable, false), (.strictSerializable, true),
            ] {
                let verdict = ReadWriteRegister.check(history, CheckOptions(level: level)).verdict
                let holds = oracle.isSerializable(strict: isStrict)
                if !holds { invalid += 1 }
                guard isInvalid(verdict) == holds, line.failures.count < told else { continue }
                line.failures.append("seed \(seed), \(level.rawValue): \(verdict.name)")
            }
            for (level, isStrong) in [
                (IsolationLevel.snapshotIsolation, false), (.strongSnapshotIsolation, true),
            ] {
                // The order of versions is known only in part: not all that is wrong is found here.
                let verdict = ReadWriteRegister.check(history, CheckOptions(level: level)).verdict
                guard isInvalid(verdict), oracle.isSnapshotIsolated(strong: isStrong),
                    line.failures.count < told
                else { continue }
                line.failures.append("seed \(seed), \(level.rawValue): \(verdict.name)")
            }
        }
        if histories >= 100, invalid * 20 < histories {
            line.failures.append("\(invalid) invalid: that is hardly tried")
        }
        return line
    }

    private static func planted(
        _ fault: TransactionFault,
        _ data: SimulatedTransactions.Data,
        seed: UInt64,
        _ histories: Int
    ) -> SelfTestLine {
        let kind = data == .lists ? "lists" : "registers"
        let model: any HistoryModel.Type =
            data == .lists ? ListAppend.self : ReadWriteRegister.self
        var line = SelfTestLine(name: "\(fault.rawValue) on \(kind) is caught", tried: 0)
        for number in 0..<histories {
            let seed = seed &+ UInt64(number)
            let good = SimulatedTransactions(
                promise: .strictSerializable,
                data: data,
                transactions: 60,
                clients: 4,
                keys: 4,
                seed: seed
            ).history()
            guard let bad = fault.plant(in: good, seed: seed) else { continue }
            line.tried += 1
            let before = model.check(good, CheckOptions()).verdict
            let after = model.check(bad, CheckOptions()).verdict
            if isInvalid(after), before == .valid { continue }
            if line.failures.count < told {
                line.failures.append("seed \(seed): \(before.name), then \(after.name)")
            }
        }
        return line
    }

    private static func isInvalid(_ verdict: Verdict) -> Bool {
        if case .invalid = verdict { true } else { false }
    }
}
