/// Makes the steps of a transaction from Jepsen's `[[:append 3 1] [:r 4 nil]]`.
struct JepsenSteps {
    let form: JepsenForm
    let subject: HistorySubject
    /// Whether a map of keys and values says what is written, not what is read.
    let mapsAreWrites: Bool

    private var tree: FormTree { form.tree }
    private var bytes: [UInt8] { form.bytes }

    func steps(
        _ node: Int?,
        isAnswer: Bool,
        _ builder: inout HistoryBuilder
    ) throws(FormStop) -> [TransactionStep] {
        guard let node else { return [] }
        if tree.kind(node) == .map, subject == .registers {
            return registers(node, isAnswer: isAnswer, &builder)
        }
        guard tree.isSequence(node) else {
            throw JepsenEvent.wrong("value", "a list of steps", node, tree, bytes)
        }
        var steps: [TransactionStep] = []
        for child in tree.children(node) {
            steps.append(try step(tree.untagged(child), isAnswer: isAnswer, &builder))
        }
        return steps
    }

    /// Several registers at once, as in `{:x 1 :y 2}`.
    private func registers(
        _ node: Int,
        isAnswer: Bool,
        _ builder: inout HistoryBuilder
    ) -> [TransactionStep] {
        var steps: [TransactionStep] = []
        var place = node + 1
        while place < tree.next(node) {
            let key = form.keyID(tree.untagged(place), &builder)
            let value = tree.untagged(tree.next(place))
            let kind: TransactionStep.Kind =
                mapsAreWrites
                ? .write(form.value(value, &builder))
                : .read(isAnswer ? form.value(value, &builder) : nil)
            steps.append(TransactionStep(key: key, kind: kind))
            place = tree.next(tree.next(place))
        }
        return steps
    }

    private func step(
        _ node: Int,
        isAnswer: Bool,
        _ builder: inout HistoryBuilder
    ) throws(FormStop) -> TransactionStep {
        guard tree.isSequence(node) else {
            throw JepsenEvent.wrong("a step", "a function, a key and a value", node, tree, bytes)
        }
        let parts = tree.childCount(node, atMost: 4)
        // A read that knows nothing may leave the value out.
        guard parts == 2 || parts == 3 else {
            throw JepsenEvent.wrong("a step", "a function, a key and a value", node, tree, bytes)
        }
        let function = tree.untagged(node + 1)
        let keyNode = tree.next(node + 1)
        let key = form.keyID(tree.untagged(keyNode), &builder)
        let value = parts == 3 ? tree.untagged(tree.next(keyNode)) : nil
        return TransactionStep(
            key: key,
            kind: try kind(function, value, isAnswer: isAnswer, &builder)
        )
    }

    private func kind(
        _ function: Int,
        _ value: Int?,
        isAnswer: Bool,
        _ builder: inout HistoryBuilder
    ) throws(FormStop) -> TransactionStep.Kind {
        switch tree.kind(function) {
        case .keyword, .text, .symbol: break
        default:
            throw JepsenEvent.wrong("a step's function", "a name", function, tree, bytes)
        }
        let name = FormText.plain(tree.range(function), bytes)
        switch name {
        case "r", "read":
            if subject == .lists {
                guard isAnswer, let value, tree.kind(value) != .nothing else {
                    return .readAll(isAnswer ? builder.list([]) : nil)
                }
                return .readAll(try form.elements(value, &builder))
            }
            return .read(isAnswer ? form.value(value, &builder) : nil)
        case "append" where subject == .lists: return .append(form.value(value, &builder))
        case "w" where subject != .lists, "write" where subject != .lists:
            return .write(form.value(value, &builder))
        default:
            throw .fault(.unknownFunction(name, subject: subject), at: tree.start(function))
        }
    }
}
