internal import Histories

/// What the check of a trial's history came to, in figures and in a few operations.
public struct HistoryAccount: Sendable, Hashable, Codable {
    public var model: String
    /// Whether every operation took effect at one moment between its beginning and its end, as the
    /// model says; nil if that is not known.
    public var holds: Bool?
    public var operations: Int
    public var unknownOperations: Int
    public var keys: Int
    /// States that the search looked at; 0 where none was needed.
    public var states: Int
    public var violations: Int
    /// Violations that the mode's promise does not cover.
    public var violationsOutsidePromise: Int
    public var examples: [HistoryExample]
    /// `nil` where reads do not say which write they found.
    public var sessions: SessionSummary?

    /// How many examples are kept in full.
    static let quoted = 10
}

/// A few operations that cannot all have happened as told.
public struct HistoryExample: Sendable, Hashable, Codable {
    /// One operation, as a row of a drawing.
    public struct Row: Sendable, Hashable, Codable {
        public var process: Int
        /// What the history calls the process, where its number is not its name.
        public var name: String?
        public var text: String
        /// Seconds from the start of the measurement or of the history, where they are known.
        public var start: Double
        /// nil if its end was never seen.
        public var end: Double?
    }

    public var anomaly: String
    public var key: String?
    public var lines: [String]
    public var rows: [Row]
    /// Whether the rows' moments are seconds, or else places in an order; nil in older records,
    /// which have seconds.
    public var hasSeconds: Bool?

    /// An example may name thousands of operations; a drawing of more than this shows nothing.
    static let mostRows = 24

    /// - Parameter isShifted: Whether the history's start is zero; a trial's clock has faults on it.
    init(_ example: Counterexample, of history: History, isShifted: Bool = false) {
        anomaly = example.anomaly
        key = example.key.map(history.text(of:))
        lines = example.lines
        let shown = example.operations.filter(history.operations.indices.contains)
            .prefix(Self.mostRows)
        let times = DrawnTimes(Array(shown), in: history, isShifted: isShifted)
        hasSeconds = times.hasSeconds
        rows = shown.map { place in
            let operation = history.operations[place]
            let number = String(operation.process)
            let name = history.name(ofProcess: operation.process)
            return Row(
                process: Int(operation.process),
                name: name == number ? nil : PlainText.shown(name),
                text: OperationText.text(of: operation, in: history),
                start: times.start(of: operation),
                end: times.end(of: operation)
            )
        }
    }
}

/// An operation in few words: `read → 17`.
enum OperationText {
    /// Elements of a list that are spelled out, from its end.
    private static let elements = 3
    /// Longer values are cut.
    private static let letters = 32

    static func text(of operation: RecordedOperation, in history: History) -> String {
        let text = text(of: operation.action, in: history)
        return operation.outcome == .failed ? "\(text) (refused)" : text
    }

    private static func text(of action: Action, in history: History) -> String {
        func name(_ value: ValueID) -> String { OperationText.name(value, in: history) }
        switch action {
        case .read(let value): return "read → \(value.map(name) ?? "?")"
        case .write(let value): return "write \(name(value))"
        case .compareAndSet(let from, let to, let swapped):
            let end = swapped.map { $0 ? "" : " (it was not)" } ?? ""
            return "if \(name(from)) then \(name(to))\(end)"
        case .delete: return "delete"
        case .add(let amount, let total):
            return "add \(amount)" + (total.map { " → \($0)" } ?? "")
        case .readCounter(let total): return "read → \(total.map { "\($0)" } ?? "?")"
        case .insert(let value): return "add \(name(value))"
        case .append(let value): return "append \(name(value))"
        case .readAll(let extent): return "read → \(list(extent, in: history))"
        case .acquire: return "acquire"
        case .release: return "release"
        case .transfer(let from, let to, let amount):
            return "\(amount) from \(history.text(of: from)) to \(history.text(of: to))"
        case .transaction(let extent):
            return history.steps(extent).map { step($0, in: history) }.joined(separator: ", ")
        }
    }

    private static func step(_ step: TransactionStep, in history: History) -> String {
        let key = history.text(of: step.key)
        switch step.kind {
        case .read(let value): return "\(key) = \(value.map { name($0, in: history) } ?? "?")"
        case .write(let value): return "\(key) := \(name(value, in: history))"
        case .append(let value): return "\(key) += \(name(value, in: history))"
        case .readAll(let extent): return "\(key) = \(list(extent, in: history))"
        case .readNumber(let number): return "\(key) = \(number.map { "\($0)" } ?? "?")"
        }
    }

    /// A value; of a long one its length and its end, where texts grow.
    private static func name(_ value: ValueID, in history: History) -> String {
        let text = PlainText.shown(history.text(of: value))
        guard text.count > letters else { return text }
        return "…\(text.suffix(letters / 2)) (\(Count.text(text.count)) letters)"
    }

    private static func list(_ extent: Extent?, in history: History) -> String {
        guard let extent else { return "?" }
        let values = history.elements(extent)
        let shown = values.suffix(elements).map { name($0, in: history) }
        let all = shown.joined(separator: " ")
        return values.count > elements
            ? "[… \(all)] (\(Count.text(values.count, "element")))" : "[\(all)]"
    }
}
