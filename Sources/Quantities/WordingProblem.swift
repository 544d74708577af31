/// Why a text that a user wrote is not what was asked for, and what to write instead.
///
/// The place is the caller's to add: a plan names the line and the key, a command line the option.
public struct WordingProblem: Error, Sendable, Equatable, CustomStringConvertible {
    public var problem: String
    public var fix: String

    public init(_ problem: String, fix: String) {
        self.problem = problem
        self.fix = fix
    }

    public var description: String { fix.isEmpty ? problem : "\(problem): \(fix)" }
}

/// "did you mean …?", where a known name is near, and the known names.
public func suggestion(for text: String, among known: [String], what: String) -> String {
    let list = "known \(what): \(known.joined(separator: ", "))"
    return nearestName(to: text, among: known).map { "did you mean \"\($0)\"? \(list)" } ?? list
}
