/// Why a plan was refused: where, what, and what to write instead.
public struct PlanProblem: Error, Sendable, Equatable {
    /// The file as the user named it.
    public var file: String
    /// The place in the file, or nil when the file as a whole is meant.
    public var mark: SourceMark?
    /// The key, with the keys that lead to it, such as `system.replicas`; empty at the top.
    public var path: String
    public var problem: String
    /// What to do about it.
    public var fix: String
    /// The text of the marked line.
    public var sourceLine: String?

    public init(
        file: String,
        mark: SourceMark?,
        path: String,
        problem: String,
        fix: String,
        sourceLine: String? = nil
    ) {
        self.file = file
        self.mark = mark
        self.path = path
        self.problem = problem
        self.fix = fix
        self.sourceLine = sourceLine
    }
}

/// A place in a plan's text; both count from 1.
public struct SourceMark: Sendable, Equatable {
    public var line: Int
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

extension PlanProblem: CustomStringConvertible {
    /// The first line is `file:line:column: key: problem`, as compilers print it.
    public var description: String {
        var place = file
        if let mark { place += ":\(mark.line):\(mark.column)" }
        var text = "\(place): "
        if !path.isEmpty { text += "\(path): " }
        text += problem
        if let mark, let sourceLine {
            let number = String(mark.line)
            let margin = String(repeating: " ", count: number.count)
            let indent = String(repeating: " ", count: max(0, mark.column - 1))
            text += "\n  \(number) | \(sourceLine)\n  \(margin) | \(indent)^"
        }
        if !fix.isEmpty { text += "\n  \(fix)" }
        return text
    }
}
