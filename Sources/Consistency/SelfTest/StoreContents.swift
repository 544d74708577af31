import Histories

/// What the store holds.
struct StoreContents {
    private var values: [ValueID]
    private var texts: [String]
    private var lists: [[ValueID]]
    private var totals: [Int64]
    private var isHeld: [Bool]
    /// Whether anything was appended: then reads show texts.
    private var isOfTexts = false

    init(keys: Int) {
        values = [ValueID](repeating: .absent, count: keys)
        texts = [String](repeating: "", count: keys)
        lists = [[ValueID]](repeating: [], count: keys)
        isHeld = [Bool](repeating: false, count: keys)
        totals = [Int64](repeating: 0, count: keys)
    }

    mutating func act(
        _ operation: RecordedOperation,
        _ history: inout History
    ) -> (Action, Outcome) {
        let key = Int(operation.key.rawValue)
        switch operation.action {
        case .read:
            if isOfTexts {
                let text = texts[key]
                guard !text.isEmpty else { return (.read(.absent), .ok) }
                return (.read(ValueID(rawValue: history.values.number(of: text))), .ok)
            }
            return (.read(values[key]), .ok)
        case .write(let value):
            values[key] = value
            texts[key] = history.text(of: value)
        case .delete:
            values[key] = .absent
        case .compareAndSet(let from, let to, _):
            let isThere = values[key] == from
            if isThere { values[key] = to }
            return (.compareAndSet(from: from, to: to, swapped: isThere), .ok)
        case .append(let value):
            isOfTexts = true
            texts[key] += history.text(of: value)
            lists[key].append(value)
        case .readAll:
            return (.readAll(history.adding(lists[key])), .ok)
        case .add(let amount, _):
            totals[key] += amount
            return (.add(amount, total: totals[key]), .ok)
        case .readCounter:
            return (.readCounter(totals[key]), .ok)
        case .acquire:
            guard !isHeld[key] else { return (.acquire, .failed) }
            isHeld[key] = true
        case .release:
            guard isHeld[key] else { return (.release, .failed) }
            isHeld[key] = false
        case .transaction(let extent):
            return (transact(Array(history.steps(extent)), &history), .ok)
        case .insert, .transfer:
            break
        }
        return (operation.action, .ok)
    }

    private mutating func transact(
        _ steps: [TransactionStep],
        _ history: inout History
    ) -> Action {
        var steps = steps
        for place in steps.indices {
            let key = Int(steps[place].key.rawValue)
            switch steps[place].kind {
            case .write(let value): values[key] = value
            default: steps[place].kind = .read(values[key])
            }
        }
        return .transaction(history.adding(steps))
    }
}
