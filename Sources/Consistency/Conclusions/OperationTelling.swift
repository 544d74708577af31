import Histories

/// Tells what single operations of a history were, a line each.
struct OperationTelling {
    /// Longer texts are cut: a counterexample is to be read at once.
    private static let textLimit = 48

    private let history: History
    private let start: Int64

    init(_ history: History) {
        self.history = history
        let first =
            history.clock == .nanoseconds
            ? history.operations.first?.invoked ?? 0 : history.nanoseconds.first ?? 0
        // Where something happened before zero, zero is a moment that the reader knows.
        start = max(0, first)
    }

    /// What was asked and answered, and when: `process 3 wrote 17 to k: 1.204 s – 1.207 s`.
    func line(_ place: Int) -> String {
        guard history.operations.indices.contains(place) else { return "?" }
        let operation = history.operations[place]
        let asked = "process \(operation.process) \(deed(operation))"
        switch operation.outcome {
        case .ok: return "\(asked): \(time(operation.invoked)) – \(time(operation.completed))"
        case .failed: return "\(asked): refused at \(time(operation.completed))"
        case .unknown: return "\(asked): asked at \(time(operation.invoked)), never answered"
        }
    }

    /// These operations in the order of their invocations, at most `limit` of them.
    func lines(_ places: [Int], limit: Int = 6) -> [String] {
        let sorted = places.sorted { first, second in
            let (left, right) = (history.operations[first], history.operations[second])
            return (left.invoked, first) < (right.invoked, second)
        }
        guard sorted.count > limit else { return sorted.map(line) }
        let skipped = sorted.count - limit + 1
        return sorted.prefix(1).map(line) + ["… \(skipped) operations …"]
            + sorted.suffix(limit - 2).map(line)
    }

    func time(_ time: Int64) -> String {
        if history.clock == .nanoseconds { return Seconds.text(time &- start) }
        let place = Int(clamping: time)
        guard history.nanoseconds.indices.contains(place) else { return "event \(time)" }
        return "event \(time) (\(Seconds.text(history.nanoseconds[place] &- start)))"
    }

    func name(_ key: KeyID) -> String {
        guard Int(key.rawValue) < history.keys.count else { return "?" }
        let name = history.text(of: key)
        // Some histories are about one object that has no name.
        return name.isEmpty ? "it" : name
    }

    /// What a line about a key begins with.
    func title(_ key: KeyID?) -> String {
        guard let key, !history.keys.texts.isEmpty, name(key) != "it" else { return "" }
        return "key \(name(key)): "
    }

    func text(_ value: ValueID) -> String {
        guard value != .absent else { return "nothing" }
        guard Int(value.rawValue) < history.values.count else { return "?" }
        let text = history.text(of: value)
        guard text.count > Self.textLimit else { return text.isEmpty ? "\"\"" : text }
        return "…" + text.suffix(Self.textLimit)
    }

    private func list(_ extent: Extent) -> String {
        let elements = history.elements(extent)
        let shown = elements.suffix(8).map(text).joined(separator: " ")
        return elements.count > 8 ? "[… \(shown)] (\(elements.count))" : "[\(shown)]"
    }

    private func deed(_ operation: RecordedOperation) -> String {
        let key = name(operation.key)
        switch operation.action {
        case .read(let value): return "read \(value.map(text) ?? "?") from \(key)"
        case .write(let value): return "wrote \(text(value)) to \(key)"
        case .compareAndSet(let from, let to, let swapped):
            let deed = "compare-and-set \(key) from \(text(from)) to \(text(to))"
            return swapped == false ? "\(deed), refused" : deed
        case .delete: return "deleted \(key)"
        case .add(let amount, let total):
            return "added \(amount) to \(key)" + (total.map { ", which made \($0)" } ?? "")
        case .readCounter(let total): return "read \(total.map(String.init) ?? "?") from \(key)"
        case .insert(let value): return "inserted \(text(value)) into \(key)"
        case .append(let value): return "appended \(text(value)) to \(key)"
        case .readAll(let extent): return "read \(extent.map(list) ?? "?") from \(key)"
        case .acquire: return "acquired \(key)"
        case .release: return "released \(key)"
        case .transfer(let from, let to, let amount):
            return "moved \(amount) from \(name(from)) to \(name(to))"
        case .transaction(let extent):
            let steps = history.steps(extent).prefix(8)
            return "transaction " + steps.map(step).joined(separator: ", ")
        }
    }

    private func step(_ step: TransactionStep) -> String {
        let key = name(step.key)
        switch step.kind {
        case .read(let value): return "read \(value.map(text) ?? "?") from \(key)"
        case .write(let value): return "write \(text(value)) to \(key)"
        case .append(let value): return "append \(text(value)) to \(key)"
        case .readAll(let extent): return "read \(extent.map(list) ?? "?") from \(key)"
        case .readNumber(let number): return "read \(number.map(String.init) ?? "?") from \(key)"
        }
    }
}
