/// Why a process could not start, had to end or was refused what it asked, as one line for people and
/// one code for scripts.
public struct StartFailure: Error, Equatable, Sendable {
    /// The exit code: 64 for a command line that cannot be obeyed, 4 for a machine that does not
    /// give what was asked, 1 for a cluster that refuses it, 0 where nothing is left to do.
    public var exitCode: Int32
    public var message: String

    public static func usage(_ message: String) -> StartFailure {
        StartFailure(exitCode: 64, message: message)
    }

    public static func done(_ message: String) -> StartFailure {
        StartFailure(exitCode: 0, message: message)
    }

    public static func refused(_ message: String) -> StartFailure {
        StartFailure(exitCode: 1, message: message)
    }

    public static func infrastructure(_ message: String) -> StartFailure {
        StartFailure(exitCode: 4, message: message)
    }
}
