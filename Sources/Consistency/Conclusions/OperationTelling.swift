import Histories

/// Tells what single operations of a history were, a line each.
struct OperationTelling {
    /// Longer texts are cut: a counterexample is to be read at once.
    private static let textLimit = 48

    let history: History

    init(_ history: History) {
        self.history = history
    }

    /// What was asked and answered, and when: `process 3 wrote 17 to k: 1.204 s – 1.207 s`.
    private func line(_ place: Int, _ moments: Moments) -> String {
        guard history.operations.indices.contains(place) else { return "?" }
        let operation = history.operations[place]
        let asked = "\(process(operation)) \(deed(operation))"
        let invoked = moments.text(operation.invoked)
        switch operation.outcome {
        case .ok: return "\(asked): \(invoked) – \(moments.text(operation.completed))"
        case .failed: return "\(asked): refused at \(moments.text(operation.completed))"
        case .unknown: return "\(asked): asked at \(invoked), never answered"
        }
    }

    /// Who asked, by the name in the file.
    func process(_ operation: RecordedOperation) -> String {
        "process " + PlainText.shown(history.name(ofProcess: operation.process))
    }

    /// These operations in the order of their invocations, at most `limit` of them.
    func lines(_ places: [Int], limit: Int = 6) -> [String] {
        let sorted = places.sorted { first, second in
            let (left, right) = (history.operations[first], history.operations[second])
            return (left.invoked, first) < (right.invoked, second)
        }
        let skipped = sorted.count > limit ? sorted.count - limit + 1 : 0
        let last = skipped > 0 ? Array(sorted.suffix(limit - 2)) : sorted
        let first = skipped > 0 ? Array(sorted.prefix(1)) : []
        let moments = Moments(history, of: first + last)
        let rest = skipped > 0 ? ["… \(Count.text(skipped, "operation")) …"] : []
        return first.map { line($0, moments) } + rest + last.map { line($0, moments) }
    }

    /// Empty for the one object of histories that have no names for it.
    func name(_ key: KeyID) -> String {
        guard Int(key.rawValue) < history.keys.count else { return "?" }
        return PlainText.shown(history.text(of: key))
    }

    /// `key x`, or `the key` where it has no name.
    func words(_ key: KeyID) -> String {
        let name = name(key)
        return name.isEmpty ? "the key" : "key \(name)"
    }

    /// What a line about a key begins with.
    func title(_ key: KeyID?) -> String {
        guard let key, !history.keys.texts.isEmpty, !name(key).isEmpty else { return "" }
        return "key \(name(key)): "
    }

    func text(_ value: ValueID) -> String {
        guard value != .absent else { return "nothing" }
        guard Int(value.rawValue) < history.values.count else { return "?" }
        let text = PlainText.shown(history.text(of: value))
        guard text.count > Self.textLimit else { return text.isEmpty ? "\"\"" : text }
        return "…" + text.suffix(Self.textLimit)
    }

    private func list(_ extent: Extent) -> String {
        let elements = history.elements(extent)
        let shown = elements.suffix(8).map(text).joined(separator: " ")
        return elements.count > 8
            ? "[… \(shown)] (\(Count.text(elements.count, "element")))" : "[\(shown)]"
    }

    /// What an operation wrote or appended.
    func written(at place: Int32) -> String {
        guard history.operations.indices.contains(Int(place)) else { return "?" }
        switch history.operations[Int(place)].action {
        case .write(let value), .append(let value), .insert(let value): return text(value)
        case .delete: return text(.absent)
        default: return "?"
        }
    }

    /// A preposition and a key's name; nothing where it has none.
    private func place(_ word: String, _ key: KeyID) -> String {
        let name = name(key)
        return name.isEmpty ? "" : " \(word) \(name)"
    }

    private func deed(_ operation: RecordedOperation) -> String {
        let key = operation.key
        let name = name(key)
        let object = name.isEmpty ? "the value" : name
        switch operation.action {
        case .read(let value): return "read \(value.map(text) ?? "?")\(place("from", key))"
        case .write(let value): return "wrote \(text(value))\(place("to", key))"
        case .compareAndSet(let from, let to, let swapped):
            let change = "\(object) from \(text(from)) to \(text(to))"
            switch swapped {
            case true?: return "compared and set \(change)"
            case false?: return "tried to set \(change), but did not find \(text(from))"
            case nil: return "tried to set \(change)"
            }
        case .delete: return "deleted \(object)"
        case .add(let amount, let total):
            return "added \(amount)\(place("to", key))"
                + (total.map { ", which made \($0)" } ?? "")
        case .readCounter(let total):
            return "read \(total.map(String.init) ?? "?")\(place("from", key))"
        case .insert(let value): return "inserted \(text(value))\(place("into", key))"
        case .append(let value): return "appended \(text(value))\(place("to", key))"
        case .readAll(let extent):
            return "read \(extent.map(list) ?? "?")\(place("from", key))"
        case .acquire: return "acquired \(name.isEmpty ? "the lock" : name)"
        case .release: return "released \(name.isEmpty ? "the lock" : name)"
        case .transfer(let from, let to, let amount):
            return "moved \(amount) from \(self.name(from)) to \(self.name(to))"
        case .transaction(let extent):
            let steps = history.steps(extent)
            let rest = steps.count > 8 ? ", and \(Count.text(steps.count - 8)) more" : ""
            return steps.prefix(8).map(step).joined(separator: ", ") + rest + " in one transaction"
        }
    }

    private func step(_ step: TransactionStep) -> String {
        let key = step.key
        switch step.kind {
        case .read(let value): return "read \(value.map(text) ?? "?")\(place("from", key))"
        case .write(let value): return "wrote \(text(value))\(place("to", key))"
        case .append(let value): return "appended \(text(value))\(place("to", key))"
        case .readAll(let extent):
            return "read \(extent.map(list) ?? "?")\(place("from", key))"
        case .readNumber(let number):
            return "read \(number.map(String.init) ?? "?")\(place("from", key))"
        }
    }
}
