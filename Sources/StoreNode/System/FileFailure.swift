import Glibc

/// An operation on a file that the system refused.
package struct FileFailure: Error, Equatable, CustomStringConvertible {
    package let operation: String
    package let path: String
    /// The `errno` it left, 0 where the reason is not the system's.
    package let code: Int32
    package let reason: String

    package init(_ operation: String, _ path: String, code: Int32 = errno) {
        self.operation = operation
        self.path = path
        self.code = code
        reason = Self.text(of: code)
    }

    /// A file whose content is of no use.
    package init(_ operation: String, _ path: String, reason: String) {
        self.operation = operation
        self.path = path
        self.reason = reason
        code = 0
    }

    package var description: String { "cannot \(operation) \(path): \(reason)" }

    /// The system's words for an error number.
    static func text(of code: Int32) -> String {
        unsafe String(cString: strerror(code))
    }
}
