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

    /// The addresses of what is said at the first and at the second request; 0 for nothing.
    ///
    /// They are made before, since a signal handler may not allocate, and never freed.
    private static let firstWords = Atomic<UInt>(0)
    private static let secondWords = Atomic<UInt>(0)

    static var isRequested: Bool { count.load(ordering: .relaxed) > 0 }

    /// Takes over both signals for the rest of the process.
    static func listen() {
        // A reader that went away shows as an error of the write.
        signal(SIGPIPE, SIG_IGN)
        for signalNumber in [SIGINT, SIGTERM] {
            // Only calls that are safe in a signal handler: atomics, `write` and `_exit`.
            signal(signalNumber) { _ in
                let before = Interruption.count.add(1, ordering: .relaxed).oldValue
                if before == 0 { return Interruption.say(Interruption.firstWords) }
                Interruption.say(Interruption.secondWords)
                _exit(Int32(ExitCode.interrupted.rawValue))
            }
        }
    }

    /// Sets what is said from now on, with the folder of the results.
    static func announce(folder: String) {
        let clearLine = isatty(Console.standardError) == 1 ? "\r\u{1b}[2K" : ""
        let first =
            "interrupted: the load stops, faults are healed, what was written is audited and "
            + "reported; once more ends the run at once\n"
        let second = "ended at once, without a report; what was written until then: \(folder)\n"
        firstWords.store(unsafe UInt(bitPattern: strdup(clearLine + first)), ordering: .releasing)
        secondWords.store(unsafe UInt(bitPattern: strdup(clearLine + second)), ordering: .releasing)
    }

    private static func say(_ words: borrowing Atomic<UInt>) {
        let address = words.load(ordering: .acquiring)
        guard let text = unsafe UnsafePointer<CChar>(bitPattern: address) else { return }
        _ = unsafe write(Console.standardError, text, strlen(text))
    }
}
