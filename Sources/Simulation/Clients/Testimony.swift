import Consistency
import Histories

/// What clients asked and were told: one history a model, for the same checkers as those of real runs.
struct Testimony {
    private(set) var histories: [History]
    /// By history and key: the shard.
    private var shards: [[Int]]
    /// Values are unique in the whole run.
    private var values: UInt32 = 0

    init() {
        histories = KeyFamily.models.map { _ in History(clock: .nanoseconds) }
        shards = KeyFamily.models.map { _ in [] }
        histories[0].operations.reserveCapacity(16_384)
    }

    var count: Int { histories.reduce(0) { $0 + $1.operations.count } }

    mutating func newKey(_ text: String, _ family: KeyFamily, _ shard: Int) -> KeyID {
        shards[family.testimony].append(shard)
        return KeyID(rawValue: histories[family.testimony].keys.number(of: text))
    }

    mutating func newValue() -> ValueID {
        values += 1
        return ValueID(rawValue: values)
    }

    /// Notes a question; returns its place in the family's history.
    mutating func asked(
        _ action: Action,
        of key: SimulatedKey,
        by client: Int,
        at now: UInt64
    ) -> Int {
        let index = key.family.testimony
        histories[index].operations.append(
            RecordedOperation(
                process: UInt32(client),
                key: key.historyKey,
                action: action,
                outcome: .unknown,
                invoked: Int64(now),
                completed: RecordedOperation.never
            )
        )
        return histories[index].operations.count - 1
    }

    func action(_ family: KeyFamily, _ place: Int) -> Action {
        histories[family.testimony].operations[place].action
    }

    func invoked(_ family: KeyFamily, _ place: Int) -> Int64 {
        histories[family.testimony].operations[place].invoked
    }

    mutating func answered(
        _ family: KeyFamily,
        _ place: Int,
        _ outcome: Outcome,
        _ action: Action?,
        at now: UInt64
    ) {
        let index = family.testimony
        histories[index].operations[place].outcome = outcome
        if let action { histories[index].operations[place].action = action }
        if outcome != .unknown { histories[index].operations[place].completed = Int64(now) }
    }

    /// What a read of a whole list showed.
    mutating func list(_ elements: [UInt32]) -> Extent {
        let history = KeyFamily.list.testimony
        let start = histories[history].elements.count
        for element in elements { histories[history].elements.append(ValueID(rawValue: element)) }
        return Extent(start: UInt32(start), count: UInt32(elements.count))
    }
}

extension Testimony {
    /// What clients asked of a key and were told, a line each, by when they asked.
    func told(of text: String) -> [String] {
        histories.flatMap { history in
            history.operations
                .filter { text == history.keys.texts[Int($0.key.rawValue)] }
                .map { operation in
                    let end = operation.outcome == .unknown ? "?" : "\(operation.completed / 1_000)"
                    return "\(operation.invoked / 1_000) – \(end) client \(operation.process) "
                        + "\(operation.action) \(operation.outcome)"
                }
        }
    }
}

// MARK: Judgement

extension Testimony {
    /// What contradicts that every key is linearizable, a line each.
    ///
    /// - Parameter end: by shard: what was told from then on proves nothing, since something was lost
    ///   that nobody had promised.
    func contradictions(until end: [UInt64]) -> [String] {
        var lines: [String] = []
        for index in histories.indices {
            let history = cut(index, until: end)
            guard !history.operations.isEmpty else { continue }
            lines += contradictions(of: history, KeyFamily.models[index])
        }
        return lines
    }

    /// The part of a history that counts: a prefix of a linearizable history is one, too.
    private func cut(_ index: Int, until end: [UInt64]) -> History {
        var history = histories[index]
        for value in 0...values { _ = history.values.number(of: value == 0 ? "nil" : "v\(value)") }
        guard end.contains(where: { $0 < .max }) else { return history }
        history.operations = history.operations.compactMap { operation in
            let last = end[shards[index][Int(operation.key.rawValue)]]
            guard operation.invoked < Int64(clamping: last) else { return nil }
            var operation = operation
            if operation.completed >= Int64(clamping: last) {
                operation.outcome = .unknown
                operation.completed = RecordedOperation.never
            }
            return operation
        }
        return history
    }

    private func contradictions(of history: History, _ model: any HistoryModel.Type) -> [String] {
        var options = CheckOptions(explains: false)
        options.budget = SearchBudget(states: 200_000, bytes: 64 << 20)
        guard case .invalid(let reasons) = model.check(history, options).verdict else { return [] }
        options.explains = true
        let explained = model.check(history, options).counterexamples.first
        let lines = explained?.lines ?? []
        return [
            "a history is no \(model.name)'s: "
                + (lines.isEmpty ? reasons : lines).joined(separator: " ")
        ]
    }
}
