/// Makes actions of the values in one form.
struct JepsenForm {
    let tree: FormTree
    let bytes: [UInt8]
    /// The key around a transaction: the keys inside belong to it.
    let key: Int?
    /// Texts stand for themselves, without quotes, and a key that nobody wrote reads as the empty
    /// one: what a store of texts answers.
    let isOfTexts: Bool
    /// Whether a map of registers says what is written, not what is read.
    let mapsAreWrites: Bool

    /// - Parameters:
    ///   - value: Nil where there is none, or where it is nil.
    ///   - isAnswer: The value says what was found, not what is asked for.
    ///   - old: The steps that the answer takes the place of.
    func action(
        _ function: JepsenFunction,
        _ subject: HistorySubject,
        _ value: Int?,
        isAnswer: Bool,
        old: Extent?,
        _ builder: inout HistoryBuilder
    ) throws(FormStop) -> Action {
        switch (function, subject) {
        case (.read, .register):
            return .read(isAnswer ? self.value(value, &builder) : nil)
        case (.read, .text): return readText(value, isAnswer, &builder)
        case (.read, .set): return .readAll(isAnswer ? try elements(value, &builder) : nil)
        case (.read, .counter):
            return .readCounter(isAnswer ? try number(value) : nil)
        case (.read, .bank):
            return .transaction(
                builder.steps(isAnswer ? try balances(value, &builder) : [], replacing: old)
            )
        case (.write, _): return .write(self.value(value, &builder))
        case (.delete, _): return .delete
        case (.compareAndSet, _): return try compareAndSet(value, &builder)
        case (.add, .set): return .insert(self.value(value, &builder))
        case (.add, _): return .add(try number(value) ?? 1, total: nil)
        case (.subtract, _):
            let (amount, isTooLarge) = Int64(0).subtractingReportingOverflow(
                try number(value) ?? 1
            )
            guard !isTooLarge else { throw tooLarge(value) }
            return .add(amount, total: nil)
        case (.append, _): return .append(self.value(value, &builder))
        case (.acquire, _): return .acquire
        case (.release, _): return .release
        case (.transfer, _): return try transfer(value, &builder)
        case (.transaction, _), (.read, _):
            let steps = JepsenSteps(
                form: self,
                subject: subject,
                mapsAreWrites: mapsAreWrites
            )
            return .transaction(
                builder.steps(try steps.steps(value, isAnswer: isAnswer, &builder), replacing: old)
            )
        }
    }

    func value(_ node: Int?, _ builder: inout HistoryBuilder) -> ValueID {
        guard let node, tree.kind(node) != .nothing else { return .absent }
        guard isOfTexts else { return builder.value(FormText.text(node, tree, bytes)) }
        let text = FormText.name(node, tree, bytes)
        return text.isEmpty ? .absent : builder.value(text)
    }

    func keyID(_ node: Int, _ builder: inout HistoryBuilder) -> KeyID {
        let name = FormText.name(node, tree, bytes)
        guard let key else { return builder.key(name) }
        return builder.key(FormText.name(key, tree, bytes) + "/" + name)
    }

    /// The elements of a list, a vector or a set; of nil there are none.
    func elements(_ node: Int?, _ builder: inout HistoryBuilder) throws(FormStop) -> Extent {
        guard let node, tree.kind(node) != .nothing else { return builder.list([]) }
        guard tree.isSequence(node) else {
            throw JepsenEvent.wrong("value", "a list", node, tree, bytes)
        }
        var values: [ValueID] = []
        for child in tree.children(node) { values.append(value(tree.untagged(child), &builder)) }
        return builder.list(values)
    }

    func number(_ node: Int?) throws(FormStop) -> Int64? {
        guard let node, tree.kind(node) != .nothing else { return nil }
        return try JepsenEvent.integer("value", node, tree, bytes)
    }

    private func readText(
        _ node: Int?,
        _ isAnswer: Bool,
        _ builder: inout HistoryBuilder
    ) -> Action {
        guard isAnswer else { return .read(nil) }
        if let node, tree.isSequence(node), let elements = try? elements(node, &builder) {
            return .readAll(elements)
        }
        return .read(value(node, &builder))
    }

    private func compareAndSet(
        _ node: Int?,
        _ builder: inout HistoryBuilder
    ) throws(FormStop) -> Action {
        guard let node else {
            throw .fault(.missing(field: "value"), at: tree.start(0))
        }
        guard tree.isSequence(node), tree.childCount(node, atMost: 3) == 2 else {
            throw JepsenEvent.wrong("value", "a pair of old and new", node, tree, bytes)
        }
        return .compareAndSet(
            from: value(tree.untagged(node + 1), &builder),
            to: value(tree.untagged(tree.next(node + 1)), &builder),
            swapped: nil
        )
    }

    private func transfer(
        _ node: Int?,
        _ builder: inout HistoryBuilder
    ) throws(FormStop) -> Action {
        guard let node else { throw .fault(.missing(field: "value"), at: tree.start(0)) }
        guard tree.kind(node) == .map else {
            throw JepsenEvent.wrong("value", "a map of from, to and amount", node, tree, bytes)
        }
        var (from, to, amount): (KeyID?, KeyID?, Int64?)
        var place = node + 1
        while place < tree.next(node) {
            let field = tree.range(place)
            let value = tree.untagged(tree.next(place))
            if bytes.span.spells("from", at: field) {
                from = keyID(value, &builder)
            } else if bytes.span.spells("to", at: field) {
                to = keyID(value, &builder)
            } else if bytes.span.spells("amount", at: field) {
                amount = try JepsenEvent.integer("amount", value, tree, bytes)
            }
            place = tree.next(tree.next(place))
        }
        guard let from else { throw .fault(.missing(field: "from"), at: tree.start(node)) }
        guard let to else { throw .fault(.missing(field: "to"), at: tree.start(node)) }
        guard let amount else { throw .fault(.missing(field: "amount"), at: tree.start(node)) }
        return .transfer(from: from, to: to, amount: amount)
    }

    /// A map from account to balance, or the balances of accounts numbered from 0.
    private func balances(
        _ node: Int?,
        _ builder: inout HistoryBuilder
    ) throws(FormStop) -> [TransactionStep] {
        guard let node else { return [] }
        var steps: [TransactionStep] = []
        guard tree.kind(node) == .map else {
            guard tree.kind(node) == .vector || tree.kind(node) == .list else {
                throw JepsenEvent.wrong("value", "a map of balances", node, tree, bytes)
            }
            for (account, child) in tree.children(node).enumerated() {
                let balance = try number(tree.untagged(child))
                let account = builder.key(String(account))
                steps.append(TransactionStep(key: account, kind: .readNumber(balance)))
            }
            return steps
        }
        var place = node + 1
        while place < tree.next(node) {
            let account = keyID(tree.untagged(place), &builder)
            let balance = try number(tree.untagged(tree.next(place)))
            steps.append(TransactionStep(key: account, kind: .readNumber(balance)))
            place = tree.next(tree.next(place))
        }
        return steps
    }

    private func tooLarge(_ node: Int?) -> FormStop {
        let place = node ?? 0
        return .fault(.numberTooLarge(tree.excerpt(place, bytes)), at: tree.start(place))
    }
}
