import Foundation
import Testing

/// A pseudo-terminal, with a command before it.
final class Terminal {
    private let keyboard: Int32
    private let side: FileHandle
    private var seen = ""

    /// TIOCSPTLCK and TIOCGPTN.
    private static let setLock: UInt = 0x4004_5431
    private static let number: UInt = 0x8004_5430

    init() throws {
        keyboard = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(keyboard >= 0)
        var (isLocked, number): (CInt, CInt) = (0, 0)
        try #require(unsafe ioctl(keyboard, Self.setLock, &isLocked) == 0)
        try #require(unsafe ioctl(keyboard, Self.number, &number) == 0)
        let name = "/dev/pts/\(number)"
        side = try #require(FileHandle(forUpdatingAtPath: name))
        _ = fcntl(keyboard, F_SETFL, O_NONBLOCK)
    }

    deinit { close(keyboard) }

    /// Starts `ordeal` with the terminal as all three of its streams.
    func start(_ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "\(Command.folder)/ordeal")
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: Command.checkout)
        process.standardInput = side
        process.standardOutput = side
        process.standardError = side
        try process.run()
        return process
    }

    /// Everything that was written to it.
    var text: String {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe read(keyboard, &buffer, buffer.count)
            guard count > 0 else { return seen }
            seen += String(decoding: buffer[..<count], as: UTF8.self)
        }
    }

    func type(_ keys: String) {
        let bytes = Array(keys.utf8)
        _ = unsafe write(keyboard, bytes, bytes.count)
    }
}
