import ArgumentParser
import Glibc
import StoreNode

/// The store's one executable: a node, or the coordinator of several.
@main
struct Keel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keel",
        abstract: "A replicated in-memory key-value store that speaks the Redis Cluster protocol.",
        version: "keel \(Version.keel)",
        subcommands: [NodeCommand.self, CoordinatorCommand.self]
    )

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as StartFailure {
            fail(failure.message, code: failure.exitCode)
        } catch {
            guard exitCode(for: error) == .success else {
                fail(message(for: error), code: StartFailure.usage("").exitCode)
            }
            // Help and the version were asked for.
            exit(withError: error)
        }
    }

    /// Ends the process with one line on standard error.
    private static func fail(_ message: String, code: Int32) -> Never {
        let line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
        let bytes = Array("keel: \(line)\n".utf8)
        unsafe _ = write(STDERR_FILENO, bytes, bytes.count)
        Glibc.exit(code)
    }
}
