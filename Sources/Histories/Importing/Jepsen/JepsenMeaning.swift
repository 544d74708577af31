/// What Jepsen's functions and values mean for one subject.
struct JepsenMeaning {
    struct Asked {
        var key: KeyID
        var action: Action
    }

    let subject: HistorySubject
    /// Whether values are pairs of a key and the value proper, as `jepsen.independent` makes them:
    /// seen from the first value, as a pair looks like a vector of two.
    private var isKeyed: Bool?
    /// What is behind the pair, and its key.
    private struct Parts {
        var key: Int?
        var value: Int?
    }

    init(subject: HistorySubject, isKeyed: Bool?) {
        self.subject = subject
        self.isKeyed = isKeyed
    }

    /// Nil when a value shows that the values before it were no pairs.
    mutating func asked(
        _ event: JepsenEvent,
        _ tree: FormTree,
        _ bytes: [UInt8],
        _ builder: inout HistoryBuilder
    ) throws(FormStop) -> Asked? {
        let function = try JepsenFunction(event, subject, tree, bytes)
        guard let parts = parts(of: event, function, tree) else { return nil }
        let form = form(tree, bytes, parts, writes: event.writes(tree, bytes) ?? false)
        let action = try form.action(
            function,
            subject,
            parts.value,
            isAnswer: false,
            old: nil,
            &builder
        )
        switch action {
        case .transaction, .transfer:
            return Asked(key: KeyID(rawValue: 0), action: action)
        default:
            return Asked(key: key(parts, event, tree, bytes, &builder), action: action)
        }
    }

    /// Nil when a value shows that the values before it were no pairs.
    mutating func answered(
        _ event: JepsenEvent,
        _ asked: RecordedOperation,
        _ process: String,
        _ tree: FormTree,
        _ bytes: [UInt8],
        _ builder: inout HistoryBuilder
    ) throws(FormStop) -> Action? {
        var function = JepsenFunction(asked.action, subject)
        if event.function != nil {
            let named = try JepsenFunction(event, subject, tree, bytes)
            guard named.fits(function) else {
                throw .fault(
                    .answersAnother(
                        process: process,
                        asked: function.rawValue,
                        answered: named.rawValue
                    ),
                    at: tree.start(0)
                )
            }
            function = named
        }
        guard let parts = parts(of: event, function, tree) else { return nil }
        switch asked.action {
        case .write, .insert, .append, .acquire, .release, .transfer, .delete, .add:
            return asked.action
        case .compareAndSet(let from, let to, _):
            return .compareAndSet(from: from, to: to, swapped: true)
        case .read, .readAll, .readCounter, .transaction:
            var old: Extent?
            var writes = event.writes(tree, bytes)
            if case .transaction(let extent) = asked.action {
                old = extent
                writes = writes ?? builder.history.steps(extent).contains { $0.isWrite }
            }
            let form = form(tree, bytes, parts, writes: writes ?? false)
            return try form.action(
                function,
                subject,
                parts.value,
                isAnswer: true,
                old: old,
                &builder
            )
        }
    }

    private func form(
        _ tree: FormTree,
        _ bytes: [UInt8],
        _ parts: Parts,
        writes: Bool
    ) -> JepsenForm {
        JepsenForm(
            tree: tree,
            bytes: bytes,
            key: parts.key,
            isOfTexts: subject == .text,
            mapsAreWrites: writes
        )
    }

    private func key(
        _ parts: Parts,
        _ event: JepsenEvent,
        _ tree: FormTree,
        _ bytes: [UInt8],
        _ builder: inout HistoryBuilder
    ) -> KeyID {
        guard let node = parts.key ?? event.key else { return builder.key("") }
        return builder.key(FormText.name(node, tree, bytes))
    }

    private mutating func parts(
        of event: JepsenEvent,
        _ function: JepsenFunction,
        _ tree: FormTree
    ) -> Parts? {
        guard let value = event.value, tree.kind(value) != .nothing else {
            guard event.kind == .invoke else { return Parts(key: nil, value: nil) }
            // Where values are pairs there is a key even around nothing.
            if isKeyed == true { return nil }
            isKeyed = false
            return Parts(key: nil, value: nil)
        }
        guard isKeyed != false else { return Parts(key: nil, value: value) }
        let pair = pair(value, function, isAnswer: event.kind != .invoke, tree)
        if let pair {
            isKeyed = true
            return pair
        }
        // A completion may carry an error in the value's place; only what was asked decides.
        guard isKeyed != true else {
            return event.kind == .ok ? nil : Parts(key: nil, value: value)
        }
        if event.kind == .invoke { isKeyed = false }
        return Parts(key: nil, value: value)
    }

    /// The pair that the value is, if it can be one.
    private func pair(
        _ value: Int,
        _ function: JepsenFunction,
        isAnswer: Bool,
        _ tree: FormTree
    ) -> Parts? {
        guard tree.kind(value) == .vector || tree.kind(value) == .list,
            tree.childCount(value, atMost: 3) == 2
        else { return nil }
        let first = tree.untagged(value + 1)
        let second = tree.untagged(tree.next(value + 1))
        guard !tree.isContainer(first), tree.kind(first) != .nothing else { return nil }
        let parts = Parts(key: first, value: tree.kind(second) == .nothing ? nil : second)
        switch function {
        case .compareAndSet: return tree.isSequence(second) ? parts : nil
        case .transaction:
            let isMap = tree.kind(second) == .map && subject == .registers
            return tree.isSequence(second) || isMap || parts.value == nil ? parts : nil
        case .read where subject == .set || subject == .bank:
            return parts.value == nil || tree.isContainer(second) ? parts : nil
        case .transfer: return tree.kind(second) == .map ? parts : nil
        default: return parts
        }
    }
}

extension TransactionStep {
    fileprivate var isWrite: Bool {
        if case .write = kind { return true }
        return false
    }
}
