/// Takes a history's bytes, and hands them on in large pieces.
public struct HistoryOutput {
    private static let piece = 1 << 20

    /// What of the history the format leaves out.
    public internal(set) var notes: [String] = []
    private var bytes: [UInt8] = []
    private let emit: ([UInt8]) throws(HistoryProblem) -> Void

    public init(_ emit: @escaping ([UInt8]) throws(HistoryProblem) -> Void) {
        self.emit = emit
    }

    /// Hands on what is left.
    public mutating func finish() throws(HistoryProblem) {
        try emit(bytes)
        bytes.removeAll()
    }

    mutating func write(_ text: String) throws(HistoryProblem) {
        bytes.append(contentsOf: text.utf8)
        if bytes.count >= Self.piece { try flush() }
    }

    mutating func write(_ more: [UInt8]) throws(HistoryProblem) {
        bytes.append(contentsOf: more)
        if bytes.count >= Self.piece { try flush() }
    }

    private mutating func flush() throws(HistoryProblem) {
        try emit(bytes)
        bytes.removeAll(keepingCapacity: true)
    }
}

extension History {
    /// Which operation it is that a format has no word for.
    func whereabouts(_ place: Int) -> String {
        let operation = operations[place]
        let process = name(ofProcess: operation.process)
        var text = ": operation \(place + 1) of \(operations.count), process \(process)"
        if case .transaction = operation.action { return text + ", a transaction" }
        if keys.count > Int(operation.key.rawValue) {
            text += ", key \(self.text(of: operation.key))"
        }
        return text
    }
}
