public import Histories

/// What the check of one file came to.
public struct FileConclusion: Sendable, Equatable {
    /// A file that was read, and what its history shows.
    public struct Checked: Sendable, Equatable {
        public var conclusion: Conclusion
        /// All operations of the file, also those that had no say.
        public var operations: Int
        public var keys: Int
        /// By the counterexample: the key's name, where it has one.
        public var keyNames: [String?]
        /// The first counterexamples, to be drawn.
        public var examples: [HistoryExample]

        public init(_ conclusion: Conclusion, of history: History) {
            self.conclusion = conclusion
            operations = history.operations.count
            keys = history.keys.count
            keyNames = conclusion.counterexamples.map { example in
                example.key.map(history.text(of:))
            }
            examples = conclusion.counterexamples.prefix(HistoryAccount.quoted).map {
                HistoryExample($0, of: history, isShifted: true)
            }
        }
    }

    public enum Result: Sendable, Equatable {
        case checked(Checked)
        case unreadable(HistoryProblem)
    }

    public var file: String
    public var format: String?
    public var model: String
    /// The notes of reading; those of checking stand with the conclusion.
    public var notes: [String]
    public var result: Result
    public var readingSeconds: Double
    public var checkingSeconds: Double
    public var budget: SearchBudget

    public init(
        file: String,
        format: String?,
        model: String,
        notes: [String],
        result: Result,
        readingSeconds: Double,
        checkingSeconds: Double,
        budget: SearchBudget
    ) {
        self.file = file
        self.format = format
        self.model = model
        self.notes = notes
        self.result = result
        self.readingSeconds = readingSeconds
        self.checkingSeconds = checkingSeconds
        self.budget = budget
    }

    public var checked: Checked? {
        guard case .checked(let checked) = result else { return nil }
        return checked
    }

    /// The word used in every report.
    public var verdictName: String {
        switch result {
        case .checked(let checked): checked.conclusion.verdict.name
        case .unreadable: "unreadable"
        }
    }

    public var exitCode: ExitCode {
        switch result {
        case .checked(let checked):
            ExitCode(verdict: checked.conclusion.verdict, gatesPassed: true)
        case .unreadable: .usage
        }
    }
}

extension ExitCode {
    /// The code of a check of several files: a violation before a file that could not be read
    /// before what is not known.
    public init(of files: some Collection<FileConclusion>) {
        let codes = Set(files.map(\.exitCode))
        let ranked: [ExitCode] = [.correctnessViolation, .usage, .void, .inconclusive]
        self = ranked.first { codes.contains($0) } ?? (files.isEmpty ? .inconclusive : .ok)
    }
}
