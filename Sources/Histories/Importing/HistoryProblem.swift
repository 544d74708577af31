/// Why a history cannot be read or written, and where in the file.
public struct HistoryProblem: Error, Sendable, Equatable {
    /// Lines and columns count from 1, bytes from 0; a column is a byte of its line.
    public struct Position: Sendable, Equatable {
        public var line: Int
        public var column: Int
        public var byte: Int

        public init(line: Int, column: Int, byte: Int) {
            self.line = line
            self.column = column
            self.byte = byte
        }
    }

    public enum Kind: Error, Sendable, Equatable {
        /// The operating system refused.
        case unreadable(String)
        case truncated(inside: String)
        /// A closing bracket that closes nothing, or another one than was opened.
        case unbalanced(found: String, expected: String?)
        case unexpected(found: String, expected: String)
        case nestingTooDeep(limit: Int)
        /// One operation, line or value is longer than anything a history holds.
        case tooLong(limit: Int)
        case tooManyElements(limit: Int)
        case numberTooLarge(String)
        case notText
        case wrongType(field: String, expected: String, found: String)
        case missing(field: String)
        case unknownFunction(String, subject: HistorySubject)
        /// The answer to a question that was not the process's last.
        case answersAnother(process: String, asked: String, answered: String)
        case order(HistoryBuilder.Problem)
        /// Ordeal's own file is not what it was when it was written.
        case damaged(String)
        /// The format has no word for what the history holds.
        case cannotExpress(String)
    }

    public var kind: Kind
    /// `nil` where the trouble is not at one place of the file.
    public var position: Position?

    public init(_ kind: Kind, at position: Position? = nil) {
        self.kind = kind
        self.position = position
    }
}

extension HistoryProblem: CustomStringConvertible {
    public var description: String {
        guard let position else { return kind.description }
        return "line \(position.line), column \(position.column) (byte \(position.byte)): "
            + kind.description
    }
}

extension HistoryProblem.Kind: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadable(let why): why
        case .truncated(let inside): "the file ends inside \(inside)"
        case .unbalanced(let found, let expected?): "\(found) where \(expected) closes"
        case .unbalanced(let found, nil): "\(found) closes nothing"
        case .unexpected(let found, let expected): "\(found) where \(expected) was expected"
        case .nestingTooDeep(let limit): "nested deeper than \(limit) levels"
        case .tooLong(let limit): "longer than \(limit >> 20) MB without an end"
        case .tooManyElements(let limit): "more than \(limit) elements"
        case .numberTooLarge(let text): "the number \(text) is too large"
        case .notText: "not UTF-8"
        case .wrongType(let field, let expected, let found):
            "\(field) is \(found), not \(expected)"
        case .missing(let field): "an operation without \(field)"
        case .unknownFunction(let name, let subject):
            "unknown function \(name) for \(subject.description)"
        case .answersAnother(let process, let asked, let answered):
            "process \(process) was asked to \(asked) and completes \(answered)"
        case .order(let problem): problem.description
        case .damaged(let what): what
        case .cannotExpress(let what): "this format cannot express \(what)"
        }
    }
}

extension HistoryBuilder.Problem: CustomStringConvertible {
    public var description: String {
        switch self {
        case .completionWithoutInvocation(let process):
            "process \(process) completes what it never invoked"
        case .invocationWhileBusy(let process):
            "process \(process) invokes while its last operation is open"
        case .timeGoesBackwards(let from, let to): "time goes backwards, from \(from) to \(to)"
        }
    }
}
