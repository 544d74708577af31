internal import Foundation

/// The system's words for why a file could not be read or written, without the frame around them.
func fileProblem(_ error: any Error) -> String {
    let underlying = (error as? CocoaError)?.underlying ?? error
    guard let system = underlying as? POSIXError else { return "\(error)" }
    return unsafe strerror(system.code.rawValue).map { unsafe String(cString: $0) } ?? "\(error)"
}
