public import Consistency

/// Why a command ended before it had a result.
public struct CommandFailure: Error, Sendable, CustomStringConvertible {
    public var code: ExitCode
    /// What happened and what to do about it.
    public var description: String

    public init(_ code: ExitCode, _ description: String) {
        self.code = code
        self.description = description
    }
}
