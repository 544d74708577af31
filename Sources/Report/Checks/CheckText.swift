public import Consistency
internal import Histories

/// Tells what the check of a file came to: a line, and what a reader needs to believe it.
public enum CheckText {
    /// More would not be read; the JSON form has them all.
    static let shownCounterexamples = 3

    public static func lines(of file: FileConclusion) -> [String] {
        switch file.result {
        case .unreadable(let problem):
            return [
                ControlCharacters.escaped("\(padded("unreadable"))  \(file.file)  \(problem)")
            ]
        case .checked(let checked):
            let lines =
                [verdictLine(file, checked)] + evidence(checked.conclusion, checked.keyNames)
                + budgetLines(file, checked.conclusion)
                + (file.notes + checked.conclusion.notes).map { "  note: \($0)" }
            return lines.map(ControlCharacters.escaped)
        }
    }

    /// What several files came to together.
    public static func summary(of files: [FileConclusion]) -> String {
        let names = ["invalid", "unreadable", "unknown", "assumption-violated", "valid"]
        let counts = names.compactMap { name -> String? in
            let count = files.count { $0.verdictName == name }
            return count > 0 ? "\(Figure.count(count)) \(name)" : nil
        }
        return "\(Figure.count(files.count)) files: \(counts.joined(separator: ", "))"
    }

    private static func verdictLine(
        _ file: FileConclusion,
        _ checked: FileConclusion.Checked
    ) -> String {
        let seconds = Figure.duration(file.readingSeconds + file.checkingSeconds)
        let level = checked.conclusion.level.map { " at \($0)" } ?? ""
        return "\(padded(file.verdictName))  \(file.file)  \(file.model)\(level):"
            + " \(count(checked.operations, "operation")) on \(count(checked.keys, "key")),"
            + " in \(seconds)"
    }

    private static func evidence(_ conclusion: Conclusion, _ keyNames: [String?]) -> [String] {
        let examples = conclusion.counterexamples
        guard !examples.isEmpty else { return conclusion.verdict.reasons.map { "  \($0)" } }
        var lines: [String] = []
        for (example, key) in zip(examples, keyNames).prefix(shownCounterexamples) {
            let place = key.map { $0.isEmpty ? "" : " on key \($0)" } ?? ""
            if example.lines.first?.contains(example.anomaly) != true {
                lines.append("  \(example.anomaly)\(place)")
            }
            lines += example.lines.map { "    \($0)" }
        }
        if examples.count > shownCounterexamples {
            lines.append(
                "  and \(count(examples.count - shownCounterexamples, "more like this", ""))"
            )
        }
        return lines
    }

    private static func budgetLines(
        _ file: FileConclusion,
        _ conclusion: Conclusion
    ) -> [String] {
        guard case .unknown = conclusion.verdict, conclusion.spent.states > 0 else { return [] }
        return [
            "  used \(Figure.count(conclusion.spent.states)) of "
                + "\(Figure.count(file.budget.states)) states and "
                + "\(Figure.bytes(conclusion.spent.bytes)) of \(Figure.bytes(file.budget.bytes))"
        ]
    }

    private static func count(_ number: Int, _ noun: String, _ plural: String = "s") -> String {
        "\(Figure.count(number)) \(noun)\(number == 1 ? "" : plural)"
    }

    private static func padded(_ word: String) -> String {
        word + String(repeating: " ", count: max(0, 10 - word.count))
    }
}
