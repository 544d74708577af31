import Glibc

/// The end of a process that must not go on.
enum ProcessEnd {
    /// Writes one line to standard error and ends the process with the code of the machine's failures.
    static func now(_ message: String) -> Never {
        now(.infrastructure(message))
    }

    /// Writes one line to standard error and ends the process with the failure's code.
    static func now(_ failure: StartFailure) -> Never {
        StandardError.write("keel: " + failure.message)
        _exit(failure.exitCode)
    }
}

/// Where a process says what happens to it.
enum StandardError {
    /// Writes one line, whatever line ends the text has.
    static func write(_ text: String) {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        let bytes = Array((line + "\n").utf8)
        unsafe _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}
