internal import Consistency
internal import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// How often the user asked to stop: Ctrl-C, or SIGTERM from whoever supervises.
///
/// The first time, the run stops its load, heals, audits and reports; the second time it ends at
/// once, and whatever it started ends with it.
enum Interruption {
    private static let count = Atomic<Int>(0)

    static var isRequested: Bool { count.load(ordering: .relaxed) > 0 }

    /// Takes over both signals for the rest of the process.
    static func listen() {
        // A reader that went away shows as an error of the write.
        signal(SIGPIPE, SIG_IGN)
        for signalNumber in [SIGINT, SIGTERM] {
            // Only calls that are safe in a signal handler: an atomic and `_exit`.
            signal(signalNumber) { _ in
                let before = Interruption.count.add(1, ordering: .relaxed).oldValue
                if before > 0 { _exit(Int32(ExitCode.interrupted.rawValue)) }
            }
        }
    }

    /// As if the user had asked; for the watchdog of a test.
    static func request() {
        count.add(1, ordering: .relaxed)
    }
}
