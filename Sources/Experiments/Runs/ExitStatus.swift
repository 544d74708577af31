/// How `ordeal` ends, for scripts; the numbers are part of its interface.
public enum ExitStatus: Int32, Sendable, CaseIterable {
    case success = 0
    /// An acknowledged write was lost against the promise, or another checker found a violation.
    case violation = 1
    /// A regression, or a gate of the plan was missed.
    case failedGate = 2
    /// Nothing was proved: unknown verdict, assumption violated, a fault without evidence.
    case inconclusive = 3
    /// The trial does not count, or the machine could not carry out the plan.
    case infrastructure = 4
    case usage = 64
    case internalError = 70
    case interrupted = 130

    /// The one status for several findings: a violation is never hidden by anything else.
    public static func worst(of statuses: [ExitStatus]) -> ExitStatus {
        let order: [ExitStatus] = [
            .violation, .interrupted, .usage, .internalError, .infrastructure, .failedGate,
            .inconclusive,
        ]
        return order.first { statuses.contains($0) } ?? .success
    }
}

/// Why a command ended before it had a result.
public struct CommandFailure: Error, Sendable, CustomStringConvertible {
    public var status: ExitStatus
    /// What happened and what to do about it.
    public var description: String

    public init(_ status: ExitStatus, _ description: String) {
        self.status = status
        self.description = description
    }
}
