import Glibc

/// An operation on a file that the system refused.
struct FileFailure: Error, Equatable, CustomStringConvertible {
    let operation: String
    let path: String
    /// The `errno` it left, 0 where the reason is not the system's.
    let code: Int32
    let reason: String

    init(_ operation: String, _ path: String, code: Int32 = errno) {
        self.operation = operation
        self.path = path
        self.code = code
        reason = Self.text(of: code)
    }

    /// A file whose content is of no use.
    init(_ operation: String, _ path: String, reason: String) {
        self.operation = operation
        self.path = path
        self.reason = reason
        code = 0
    }

    var description: String { "cannot \(operation) \(path): \(reason)" }

    /// The system's words for an error number.
    private static func text(of code: Int32) -> String {
        unsafe String(cString: strerror(code))
    }
}
