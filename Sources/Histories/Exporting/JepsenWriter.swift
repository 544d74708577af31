/// Writes operation maps as Jepsen does.
struct JepsenWriter<Form: FormWriting> {
    private let history: History
    private let isKeyed: Bool
    private let values: [String]
    private let keys: [String]
    private let hasTransfers: Bool
    /// By process: its name; nil where names are none that Jepsen would take.
    private let processes: [UInt32: Int64]?
    private var written = 0
    private var latest: Int64?

    init(_ history: History, _ form: Form.Type) {
        self.history = history
        isKeyed = history.keys.count > 1 || history.keys.texts.first.map { !$0.isEmpty } ?? false
        var values = history.values.texts.map(Form.value)
        if !values.isEmpty { values[0] = Form.nothing }
        self.values = values
        keys = history.keys.texts.map(Form.value)
        processes = history.processNumbers()
        hasTransfers = history.operations.contains { operation in
            if case .transfer = operation.action { return true }
            return false
        }
    }

    mutating func write(to output: inout HistoryOutput) throws(HistoryProblem) {
        guard history.clock != .sessions else {
            throw HistoryProblem(.cannotExpress("sessions that know no order between them"))
        }
        try output.write(Form.begin)
        for event in EventSequence(history) {
            switch event {
            case .invocation(let place): try write(place, "invoke", to: &output)
            case .completion(let place): try write(place, type(of: place), to: &output)
            case .abandonment(let place): try write(place, "info", to: &output)
            }
        }
        if written > 0 || !Form.begin.isEmpty { try output.write(Form.end) }
    }

    private func type(of place: Int) -> String {
        let operation = history.operations[place]
        // That the value was another one is no failure here, but Jepsen has no other word for it.
        if case .compareAndSet(_, _, false?) = operation.action { return "fail" }
        switch operation.outcome {
        case .ok: return "ok"
        case .failed: return "fail"
        case .unknown: return "info"
        }
    }

    private mutating func write(
        _ place: Int,
        _ type: String,
        to output: inout HistoryOutput
    ) throws(HistoryProblem) {
        let operation = history.operations[place]
        let isAnswer = type == "ok"
        let (function, value) = form(of: operation, isAnswer: isAnswer)
        var fields = [
            (name: "type", value: Form.word(type)),
            (name: "f", value: Form.word(function)),
            (name: "value", value: value),
            (name: "process", value: process(operation.process)),
        ]
        if let time = time(of: operation, isInvocation: type == "invoke") {
            fields.append((name: "time", value: String(time)))
            latest = time
        }
        fields.append((name: "index", value: String(written)))
        if written > 0 { try output.write(Form.between) }
        try output.write(Form.record(fields))
        written += 1
    }

    private func process(_ process: UInt32) -> String {
        processes?[process].map { String($0) } ?? String(process)
    }

    private func time(of operation: RecordedOperation, isInvocation: Bool) -> Int64? {
        let place = isInvocation ? operation.invoked : operation.completed
        // When an operation was given up nobody wrote down: no earlier than what stands before.
        guard place != RecordedOperation.never else { return latest }
        if history.clock == .nanoseconds { return place }
        let index = Int(place)
        return history.nanoseconds.indices.contains(index) ? history.nanoseconds[index] : nil
    }

    private func form(
        of operation: RecordedOperation,
        isAnswer: Bool
    ) -> (function: String, value: String) {
        let function: String
        let value: String
        switch operation.action {
        case .read(let found): (function, value) = ("read", shown(found, isAnswer))
        case .write(let new): (function, value) = ("write", text(new))
        case .compareAndSet(let old, let new, _):
            (function, value) = ("cas", Form.list([text(old), text(new)]))
        case .delete: (function, value) = ("delete", Form.nothing)
        case .add(let amount, _): (function, value) = ("add", String(amount))
        case .readCounter(let total):
            (function, value) = ("read", isAnswer ? number(total) : Form.nothing)
        case .insert(let element): (function, value) = ("add", text(element))
        case .append(let element): (function, value) = ("append", text(element))
        case .readAll(let found): (function, value) = ("read", list(isAnswer ? found : nil))
        case .acquire: (function, value) = ("acquire", Form.nothing)
        case .release: (function, value) = ("release", Form.nothing)
        case .transfer(let from, let to, let amount):
            return ("transfer", transfer(from, to, amount))
        case .transaction(let steps): return transaction(steps, isAnswer)
        }
        return (function, isKeyed ? Form.list([key(operation.key), value]) : value)
    }

    private func transaction(
        _ extent: Extent,
        _ isAnswer: Bool
    ) -> (function: String, value: String) {
        let steps = history.steps(extent)
        if isOfBalances(steps) {
            let balances = steps.map { step in
                guard case .readNumber(let balance) = step.kind else {
                    return (key: name(step.key), value: Form.nothing)
                }
                return (key: name(step.key), value: number(balance))
            }
            return ("read", isAnswer ? Form.map(balances) : Form.nothing)
        }
        return ("txn", Form.list(steps.map { self.step($0, isAnswer) }))
    }

    /// A read of accounts; an empty one where transfers are made.
    private func isOfBalances(_ steps: ArraySlice<TransactionStep>) -> Bool {
        guard let first = steps.first else { return hasTransfers }
        if case .readNumber = first.kind { return true }
        return false
    }

    private func step(_ step: TransactionStep, _ isAnswer: Bool) -> String {
        let (function, value) =
            switch step.kind {
            case .read(let found): ("r", shown(found, isAnswer))
            case .write(let new): ("w", text(new))
            case .append(let element): ("append", text(element))
            case .readAll(let found): ("r", list(isAnswer ? found : nil))
            case .readNumber(let found): ("r", isAnswer ? number(found) : Form.nothing)
            }
        return Form.list([Form.word(function), key(step.key), value])
    }

    private func transfer(_ from: KeyID, _ to: KeyID, _ amount: Int64) -> String {
        Form.record([
            (name: "from", value: key(from)), (name: "to", value: key(to)),
            (name: "amount", value: String(amount)),
        ])
    }

    private func list(_ extent: Extent?) -> String {
        guard let extent else { return Form.nothing }
        return Form.list(history.elements(extent).lazy.map(text))
    }

    private func shown(_ value: ValueID?, _ isAnswer: Bool) -> String {
        guard isAnswer, let value else { return Form.nothing }
        return text(value)
    }

    private func number(_ number: Int64?) -> String { number.map { String($0) } ?? Form.nothing }

    private func text(_ value: ValueID) -> String { values[Int(value.rawValue)] }

    private func key(_ key: KeyID) -> String { keys[Int(key.rawValue)] }

    private func name(_ key: KeyID) -> String { history.keys.texts[Int(key.rawValue)] }
}
