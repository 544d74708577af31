internal import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What the user sees while a command works: all of it on standard error.
///
/// On a terminal one line at the bottom is redrawn; elsewhere only whole lines are written.
final class Console: Sendable {
    static let standardError: Int32 = 2
    static let standardOutput: Int32 = 1

    private let descriptor: Int32
    private let isTerminal: Bool
    /// Whether a redrawn line stands at the bottom.
    private let hasLiveLine = Mutex(false)

    init(descriptor: Int32 = Console.standardError, isTerminal: Bool? = nil) {
        self.descriptor = descriptor
        self.isTerminal = isTerminal ?? (isatty(descriptor) == 1)
    }

    /// A line that stays.
    func line(_ text: String) {
        hasLiveLine.withLock { hasLiveLine in
            put((hasLiveLine ? Self.clearLine : "") + text + "\n")
            hasLiveLine = false
        }
    }

    /// The line at the bottom; nothing where there is no terminal.
    func live(_ text: String) {
        guard isTerminal else { return }
        hasLiveLine.withLock { hasLiveLine in
            put(Self.clearLine + String(text.prefix(columns - 1)))
            hasLiveLine = true
        }
    }

    /// Takes the line at the bottom away.
    func clear() {
        hasLiveLine.withLock { hasLiveLine in
            if hasLiveLine { put(Self.clearLine) }
            hasLiveLine = false
        }
    }

    /// Whether `live` shows anything.
    var isLive: Bool { isTerminal }

    private static let clearLine = "\r\u{1b}[2K"

    private func put(_ text: String) {
        // A reader that went away is no reason to stop a run.
        try? writeAll(Array(text.utf8), to: descriptor, path: "standard error")
    }

    /// How wide the terminal is now.
    var columns: Int {
        var size = winsize()
        let answer = unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size)
        return answer == 0 && size.ws_col > 20 ? Int(size.ws_col) : 80
    }
}
