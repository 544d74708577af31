import Histories

/// Tries every order: slow, and too plain to be wrong.
///
/// Shares nothing with the checkers but the history, and takes all keys for one object.
struct BruteForceOracle {
    /// What one key holds, whatever kind of object it is.
    private struct Cell {
        var value: ValueID
        var text = ""
        var list: [ValueID] = []
        var total: Int64 = 0
        var isHeld = false
    }

    private let history: History
    private let options: CheckOptions
    private let isOfTexts: Bool
    private let operations: [RecordedOperation]

    init(_ history: History, _ options: CheckOptions, isOfTexts: Bool = false) {
        self.history = history
        self.options = options
        self.isOfTexts = isOfTexts
        operations = history.operations.filter { $0.outcome != .failed }
    }

    var isLinearizable: Bool {
        let cells = [Cell](
            repeating: Cell(value: options.initial),
            count: max(1, history.keys.count)
        )
        var done = [Bool](repeating: false, count: operations.count)
        return canFinish(&done, cells)
    }

    private func canFinish(_ done: inout [Bool], _ cells: [Cell]) -> Bool {
        var firstReturn = Int64.max
        for (number, operation) in operations.enumerated()
        where !done[number] && operation.outcome == .ok {
            firstReturn = min(firstReturn, operation.completed)
        }
        if firstReturn == .max { return true }
        for (number, operation) in operations.enumerated()
        where !done[number] && operation.invoked <= firstReturn {
            var cells = cells
            guard apply(operation, &cells) else { continue }
            done[number] = true
            if canFinish(&done, cells) { return true }
            done[number] = false
        }
        return false
    }

    private func apply(
        _ operation: RecordedOperation,
        _ cells: inout [Cell]
    ) -> Bool {
        let isKnown = operation.outcome == .ok
        let key = Int(operation.key.rawValue)
        switch operation.action {
        case .read(let value):
            guard isKnown, let value else { return true }
            return reads(value, cells[key])
        case .write(let value):
            cells[key].value = value
            cells[key].text = history.text(of: value)
        case .delete:
            cells[key].value = .absent
        case .compareAndSet(let from, let to, let swapped):
            let isThere = cells[key].value == from
            if isKnown, let swapped, swapped != isThere { return false }
            if isThere { cells[key].value = to }
        case .append(let value):
            cells[key].text += history.text(of: value)
            cells[key].list.append(value)
        case .readAll(let extent):
            guard isKnown, let extent else { return true }
            return Array(history.elements(extent)) == cells[key].list
        case .add(let amount, let total):
            cells[key].total += amount
            if isKnown, let total { return cells[key].total == total }
        case .readCounter(let total):
            guard isKnown, let total else { return true }
            return cells[key].total == total
        case .acquire:
            guard !cells[key].isHeld else { return false }
            cells[key].isHeld = true
        case .release:
            guard cells[key].isHeld else { return false }
            cells[key].isHeld = false
        case .transaction(let extent):
            for step in history.steps(extent) where !take(step, isKnown, &cells) { return false }
        case .insert, .transfer:
            break
        }
        return true
    }

    private func take(_ step: TransactionStep, _ isKnown: Bool, _ cells: inout [Cell]) -> Bool {
        switch step.kind {
        case .write(let value):
            cells[Int(step.key.rawValue)].value = value
        case .read(let value?) where isKnown:
            return reads(value, cells[Int(step.key.rawValue)])
        default:
            break
        }
        return true
    }

    private func reads(_ value: ValueID, _ cell: Cell) -> Bool {
        if value == .absent, options.nilReads == .any { return true }
        guard isOfTexts else { return value == cell.value }
        return (value == .absent ? "" : history.text(of: value)) == cell.text
    }
}
