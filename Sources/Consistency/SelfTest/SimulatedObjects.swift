public import Histories

/// A store in a few lines that clients use at the same time, to make histories whose answer is
/// known: whatever it does is linearizable.
public struct SimulatedObjects: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case register
        case swaps
        case deletes
        case texts
        case lists
        case counter
        case mutex
        case registers
    }

    public var kind: Kind
    public var clients: Int
    public var operations: Int
    public var keys: Int
    /// How many values are written; nil to write each value once.
    public var values: Int?
    /// Of a hundred operations: how many are never answered.
    public var unanswered: Int
    /// Of a hundred operations: how many only read.
    public var reads: Int
    /// Of a hundred changes of a text: how many replace it.
    public var replacements: Int

    public init(
        _ kind: Kind,
        clients: Int,
        operations: Int,
        keys: Int = 1,
        values: Int? = nil,
        unanswered: Int = 0,
        reads: Int = 50,
        replacements: Int = 0
    ) {
        self.kind = kind
        self.clients = clients
        self.operations = operations
        self.keys = keys
        self.values = values
        self.unanswered = unanswered
        self.reads = reads
        self.replacements = replacements
    }

    private enum Step {
        case idle
        case asked(place: Int, willAnswer: Bool, willAct: Bool)
        case acted(place: Int, willAnswer: Bool)
    }

    /// A history of events, a millisecond apart.
    public func history(seed: UInt64) -> History {
        var dice = Dice(seed: seed)
        var history = History(clock: .events)
        var contents = StoreContents(keys: keys)
        let keyIDs = (0..<keys).map { KeyID(rawValue: history.keys.number(of: "k\($0)")) }
        var writer = ValueWriter(limit: values)
        var steps = [Step](repeating: .idle, count: clients)
        var processes = (0..<clients).map { UInt32($0) }
        var asked = 0
        var busy = 0
        var time: Int64 = 0
        while asked < operations || busy > 0 {
            let client = dice.roll(clients)
            switch steps[client] {
            case .idle:
                guard asked < operations else { continue }
                asked += 1
                busy += 1
                let key = keyIDs[dice.roll(keys)]
                steps[client] = .asked(
                    place: history.operations.count,
                    willAnswer: !dice.chance(unanswered),
                    willAct: dice.chance(50)
                )
                history.operations.append(
                    RecordedOperation(
                        process: processes[client],
                        key: key,
                        action: question(key, &dice, &writer, &history),
                        outcome: .unknown,
                        invoked: time,
                        completed: RecordedOperation.never
                    )
                )
            case .asked(let place, let willAnswer, let willAct):
                var answer: (action: Action, outcome: Outcome)?
                if willAnswer || willAct {
                    let operation = history.operations[place]
                    answer = contents.act(operation, &history)
                }
                if willAnswer, let answer {
                    history.operations[place].action = answer.action
                    history.operations[place].outcome = answer.outcome
                }
                steps[client] = .acted(place: place, willAnswer: willAnswer)
                continue
            case .acted(let place, let willAnswer):
                busy -= 1
                steps[client] = .idle
                guard willAnswer else {
                    // Whoever got no answer goes on as somebody else.
                    processes[client] = (processes.max() ?? 0) + 1
                    continue
                }
                history.operations[place].completed = time
            }
            time += 1
        }
        history.nanoseconds = (0..<time).map { $0 * 1_000_000 }
        return history
    }

    /// The same history with one late answer that no order explains: a text lacks its middle, or a
    /// register has a value that was overwritten long ago.
    public func brokenHistory(seed: UInt64) -> History? {
        let history = history(seed: seed)
        var dice = Dice(seed: seed ^ 0xb0_0b00)
        let late = history.operations.count * 9 / 10
        for place in history.operations.indices[late...] {
            guard case .read(let value?) = history.operations[place].action else { continue }
            var broken = history
            switch kind {
            case .texts:
                var text = Array(history.text(of: value))
                guard value != .absent, text.count > 12 else { continue }
                text.removeSubrange(text.count / 2 - 4..<text.count / 2)
                let shorter = ValueID(rawValue: broken.values.number(of: String(text)))
                broken.operations[place].action = .read(shorter)
                return broken
            case .register where values == nil:
                let old = history.operations[dice.roll(history.operations.count / 2)]
                guard case .write(let older) = old.action, old.outcome == .ok else { continue }
                broken.operations[place].action = .read(older)
                return broken
            default:
                return nil
            }
        }
        return nil
    }

    private func question(
        _ key: KeyID,
        _ dice: inout Dice,
        _ writer: inout ValueWriter,
        _ history: inout History
    ) -> Action {
        let isRead = dice.chance(reads)
        switch kind {
        case .register:
            return isRead ? .read(nil) : .write(writer.value(&dice, &history))
        case .deletes:
            if isRead { return .read(nil) }
            return dice.chance(30) ? .delete : .write(writer.value(&dice, &history))
        case .swaps:
            if isRead { return .read(nil) }
            if dice.chance(50) { return .write(writer.value(&dice, &history)) }
            let from = writer.known(&dice)
            return .compareAndSet(from: from, to: writer.value(&dice, &history), swapped: nil)
        case .texts:
            if isRead { return .read(nil) }
            let value = writer.value(&dice, &history)
            return dice.chance(replacements) ? .write(value) : .append(value)
        case .lists:
            return isRead ? .readAll(nil) : .append(writer.value(&dice, &history))
        case .counter:
            if isRead { return .readCounter(nil) }
            return .add(Int64(dice.roll(5)) - 1, total: nil)
        case .mutex:
            return dice.chance(50) ? .acquire : .release
        case .registers:
            var steps: [TransactionStep] = []
            for _ in 0...dice.roll(3) {
                let key = KeyID(rawValue: UInt32(dice.roll(keys)))
                let kind: TransactionStep.Kind =
                    dice.chance(reads) ? .read(nil) : .write(writer.value(&dice, &history))
                steps.append(TransactionStep(key: key, kind: kind))
            }
            return .transaction(history.adding(steps))
        }
    }
}

extension History {
    mutating func adding(_ new: [TransactionStep]) -> Extent {
        let start = steps.count
        steps += new
        return Extent(start: UInt32(start), count: UInt32(new.count))
    }

    mutating func adding(_ new: [ValueID]) -> Extent {
        let start = elements.count
        elements += new
        return Extent(start: UInt32(start), count: UInt32(new.count))
    }
}
