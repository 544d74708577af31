/// Takes a history's bytes, and hands them on in large pieces.
public struct HistoryOutput {
    private static let piece = 1 << 20

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
