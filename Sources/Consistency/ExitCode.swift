/// How a run tells the shell what it came to.
public enum ExitCode: Int, Sendable, Hashable, Codable, CaseIterable {
    case ok = 0
    case correctnessViolation = 1
    case gateFailed = 2
    case inconclusive = 3
    case void = 4
    case usage = 64
    case `internal` = 70
    case interrupted = 130

    /// The code of a finished run: 1 before 4 before 2 before 3, so that no lesser trouble hides a
    /// greater one.
    public init(verdict: Verdict, gatesPassed: Bool) {
        switch verdict {
        case .invalid: self = .correctnessViolation
        case .void: self = .void
        case .valid: self = gatesPassed ? .ok : .gateFailed
        case .unknown, .assumptionViolated: self = gatesPassed ? .inconclusive : .gateFailed
        }
    }
}
