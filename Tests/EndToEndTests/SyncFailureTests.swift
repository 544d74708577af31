import Foundation
import Testing

/// A disk that no longer keeps what it is given: whoever cannot sync must not go on.
@Suite struct SyncFailureTests {
    /// Takes the place of the C library's calls, and fails once a file is there.
    private static let library = """
        #define _GNU_SOURCE
        #include <errno.h>
        #include <stdlib.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        static int synchronize(long call, int file) {
            const char *mark = getenv("SYNC_FAILS");
            if (mark && access(mark, F_OK) == 0) { errno = EIO; return -1; }
            return syscall(call, file);
        }
        int fsync(int file) { return synchronize(SYS_fsync, file); }
        int fdatasync(int file) { return synchronize(SYS_fdatasync, file); }

        """

    private func run(_ program: String, _ arguments: [String]) throws -> (Int32, String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let pipe = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    /// The first line of the reply to a command; empty where the connection ends without one.
    private func ask(_ command: String, _ port: Int) throws -> String {
        let script = """
            exec 3<>/dev/tcp/127.0.0.1/\(port) || exit; printf '%s\\r\\n' "\(command)" >&3
            IFS= read -r -t 10 line <&3; printf %s "${line%?}"
            """
        return try run("bash", ["-c", script]).1
    }

    /// Starts a node that stands alone; its messages go to `log`.
    private func node(
        _ folder: String,
        _ durability: String,
        port: Int,
        environment: [String: String] = [:]
    ) throws -> Process {
        let log = "\(folder)/log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "\(Command.folder)/keel")
        process.arguments = [
            "node", "--standalone", "--port", "\(port)", "--data-dir", "\(folder)/data",
            "--durability", durability,
        ]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try process.run()
        return process
    }

    private func end(_ process: Process) {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    @Test(arguments: ["log-always", "log-everysec"])
    func `a sync that fails ends the process, and nothing is acknowledged behind it`(
        durability: String
    ) throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (source, library) = ("\(folder)/sync.c", "\(folder)/sync.so")
        let mark = "\(folder)/mark"
        try Data(Self.library.utf8).write(to: URL(fileURLWithPath: source))
        let built = try run("clang", ["-shared", "-fPIC", "-o", library, source])
        try #require(built.0 == 0)
        let port = try freePorts(1)[0]
        let sick = try node(
            folder,
            durability,
            port: port,
            environment: ["LD_PRELOAD": library, "SYNC_FAILS": mark]
        )
        defer { end(sick) }
        try #require(try eventually { try ask("PING", port) == "+PONG" })
        #expect(try ask("SET before v", port) == "+OK")
        #expect(FileManager.default.createFile(atPath: mark, contents: nil))
        let reply = try ask("SET after v", port)
        // A second may pass until what was given to the kernel is synced.
        #expect(reply == (durability == "log-always" ? "" : "+OK"))
        #expect(eventually { !sick.isRunning })
        guard !sick.isRunning else { return }
        #expect(sick.terminationStatus == 4)
        let log = try String(contentsOfFile: "\(folder)/log", encoding: .utf8)
        #expect(log.contains("keel: the log cannot be written: cannot sync"), "\(log)")

        try FileManager.default.removeItem(atPath: mark)
        let next = try node(folder, durability, port: port)
        defer { end(next) }
        try #require(try eventually { try ask("PING", port) == "+PONG" })
        #expect(try ask("EXISTS before", port) == ":1")
    }
}
