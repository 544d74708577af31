internal import Clusters
internal import Consistency

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Keeps a trial's nodes as they are at the first violation, until whoever sits before the terminal
/// has looked at them.
struct Hold {
    let cluster: Cluster
    let progress: Progress
    let watchdog: Watchdog
    let hasOwnNetwork: Bool

    /// Between two looks at the keyboard.
    private static let pause: Int32 = 100

    /// Whether somebody is there who could press a key.
    static var isAttended: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// Returns once a key was pressed, or the user interrupted the run, or the terminal is gone.
    func wait() async {
        let nodes = cluster.addresses.map { "\($0.host):\($0.port)" }.joined(separator: " ")
        progress.note("the nodes wait at \(nodes); press any key to go on")
        if hasOwnNetwork {
            progress.note(
                "they have a network of their own, which a shell can enter: nsenter -U -n "
                    + "--preserve-credentials -t $(pgrep -nf 'ordeal run')"
            )
        }
        watchdog.hold()
        defer { watchdog.release() }
        let keyboard = Keyboard()
        defer { keyboard.restore() }
        while !Interruption.isRequested, !Self.isPressed(within: Self.pause) {
            await Task.yield()
        }
    }

    private static func isPressed(within milliseconds: Int32) -> Bool {
        var keyboard = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        // A signal may have ended the wait, and is looked for by the caller.
        guard unsafe poll(&keyboard, 1, milliseconds) > 0 else { return false }
        var key: UInt8 = 0
        _ = unsafe read(STDIN_FILENO, &key, 1)
        return true
    }
}

/// The terminal without lines: a key is there as soon as it is pressed, and is not shown.
private struct Keyboard {
    private let before: termios?

    init() {
        var settings = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &settings) == 0 else {
            before = nil
            return
        }
        before = settings
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
        // What was typed before was meant for nobody.
        _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
    }

    func restore() {
        guard var settings = before else { return }
        _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }
}
