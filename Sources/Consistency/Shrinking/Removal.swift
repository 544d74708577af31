import Histories

/// A part of a history that is taken out.
struct Removal: Sendable {
    var places: Set<Int>
    /// Their writes and their reads; lists and texts lose only the element.
    var values: Set<KeyedValue>
    /// What is gone from texts, by key.
    private var pieces: [KeyID: [[UInt8]]] = [:]
    private var appendedKeys: Set<KeyID> = []
    /// Keys of the values.
    private var changedKeys: Set<KeyID> = []

    init(places: Set<Int> = [], values: Set<KeyedValue> = []) {
        self.places = places
        self.values = values
    }

    mutating func add(_ other: Self) {
        places.formUnion(other.places)
        values.formUnion(other.values)
    }

    /// The history without this part; names and pools stay as they are.
    func applied(to history: History) -> History {
        var rest = history
        rest.operations.removeAll(keepingCapacity: true)
        rest.elements = []
        rest.steps = []
        for (place, operation) in history.operations.enumerated() where !places.contains(place) {
            var kept = operation
            guard let action = self.action(operation, history, &rest) else { continue }
            kept.action = action
            rest.operations.append(kept)
        }
        return rest
    }

    private func isGone(_ key: KeyID, _ value: ValueID) -> Bool {
        values.contains(KeyedValue(key: key, value: value))
    }

    private func action(
        _ operation: RecordedOperation,
        _ history: History,
        _ rest: inout History
    ) -> Action? {
        let key = operation.key
        switch operation.action {
        case .read(let value?):
            if isGone(key, value) { return nil }
            return text(value, key, history, &rest).map { .read($0) }
        case .write(let value), .append(let value), .insert(let value):
            return isGone(key, value) ? nil : operation.action
        case .delete:
            return isGone(key, .absent) ? nil : .delete
        case .compareAndSet(_, _, false):
            // It saw that something else was there, which may be what is gone.
            return changedKeys.contains(key) ? nil : operation.action
        case .compareAndSet(let from, let to, _):
            return isGone(key, from) || isGone(key, to) ? nil : operation.action
        case .readAll(let extent?):
            return .readAll(list(extent, key, history, &rest))
        case .transaction(let extent):
            let steps = history.steps(extent).compactMap { step($0, history, &rest) }
            return steps.isEmpty ? nil : .transaction(rest.adding(steps))
        case .read, .readAll, .add, .readCounter, .acquire, .release, .transfer:
            return operation.action
        }
    }

    private func step(
        _ step: TransactionStep,
        _ history: History,
        _ rest: inout History
    ) -> TransactionStep? {
        switch step.kind {
        case .read(let value?), .write(let value), .append(let value):
            return isGone(step.key, value) ? nil : step
        case .readAll(let extent?):
            return TransactionStep(
                key: step.key,
                kind: .readAll(list(extent, step.key, history, &rest))
            )
        case .read, .readAll, .readNumber:
            return step
        }
    }

    private func list(
        _ extent: Extent,
        _ key: KeyID,
        _ history: History,
        _ rest: inout History
    ) -> Extent {
        rest.adding(history.elements(extent).filter { !isGone(key, $0) })
    }

    /// A text without what was appended to it and is gone; nil where it is not clear where that is.
    private func text(
        _ value: ValueID,
        _ key: KeyID,
        _ history: History,
        _ rest: inout History
    ) -> ValueID? {
        guard appendedKeys.contains(key), value != .absent else { return value }
        var text = Array(history.text(of: value).utf8)
        var isChanged = false
        for piece in pieces[key, default: []] {
            let found = Self.places(of: piece, in: text)
            if found.isEmpty { continue }
            guard found.count == 1, let place = found.first else { return nil }
            text.removeSubrange(place..<place + piece.count)
            isChanged = true
        }
        guard isChanged else { return value }
        if text.isEmpty { return .absent }
        return ValueID(rawValue: rest.values.number(of: String(decoding: text, as: UTF8.self)))
    }

    /// Notes which of the values were pieces of texts; to be called before `applied`.
    mutating func findPieces(in history: History) {
        pieces = [:]
        appendedKeys = []
        changedKeys = Set(values.map(\.key))
        var areLists: Set<KeyID> = []
        for operation in history.operations {
            if case .readAll = operation.action { areLists.insert(operation.key) }
        }
        for operation in history.operations where !areLists.contains(operation.key) {
            guard case .append(let value) = operation.action, isGone(operation.key, value) else {
                continue
            }
            appendedKeys.insert(operation.key)
            pieces[operation.key, default: []].append(Array(history.text(of: value).utf8))
        }
    }

    private static func places(of piece: [UInt8], in text: [UInt8]) -> [Int] {
        guard !piece.isEmpty, text.count >= piece.count else { return [] }
        return (0...(text.count - piece.count)).filter { start in
            text[start..<start + piece.count].elementsEqual(piece)
        }
    }
}
