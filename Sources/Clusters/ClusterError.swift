public import Faults

/// Why a cluster could not be built, started or struck.
public enum ClusterError: Error, Sendable, Equatable {
    /// A program is not installed where it is looked for.
    case missing(program: String, fix: String)
    /// The machine, or who configured it, does not allow something.
    case refused(what: String, why: String, fix: String)
    /// What this fabric cannot do at all.
    case unsupported(String)
    case commandFailed(command: String, output: String)
    case system(what: String, why: String)
    /// A process ended before it was ready, or while nobody had asked it to.
    case ended(Endpoint, end: ProcessEnd, log: [String])
    /// Something did not happen within its bound.
    case tooLate(what: String, bound: Duration, seen: [String])

    public var message: String {
        switch self {
        case .missing(let program, let fix): "\(program) was not found; \(fix)"
        case .refused(let what, let why, let fix): "\(what) is refused (\(why)); \(fix)"
        case .unsupported(let what): what
        case .commandFailed(let command, let output): "\(command) failed: \(output)"
        case .system(let what, let why): "\(what): \(why)"
        case .ended(let endpoint, let end, let log):
            (["\(endpoint) \(end.text)"] + log.map { "  | " + $0 }).joined(separator: "\n")
        case .tooLate(let what, let bound, let seen):
            (["\(what) did not happen within \(bound)"] + seen.map { "  " + $0 })
                .joined(separator: "\n")
        }
    }
}

/// How a process ended.
public enum ProcessEnd: Sendable, Equatable, Codable {
    case exited(code: Int32)
    case killed(signal: Int32)

    public var text: String {
        switch self {
        case .exited(let code): "exited with code \(code)"
        case .killed(let signal): "was ended by signal \(signal)"
        }
    }
}
