import ArgumentParser
import Glibc
public import Replication
import StoreNode

/// The command line of `keel`, for any executable that wants to be one.
public enum KeelCommandLine {
    /// Does what the process's arguments say, and ends the process.
    ///
    /// - Parameter modes: the replication modes that a cluster map may name.
    public static func run(modes: [any ReplicationMode.Type] = replicationModes) -> Never {
        do {
            switch try Keel.parseAsRoot() {
            case let node as NodeCommand: try NodeProcess.run(node.settings, modes: modes)
            case let coordinator as CoordinatorCommand:
                try CoordinatorProcess.run(coordinator.settings, modes: modes)
            case var other: try other.run()
            }
            exit(0)
        } catch let failure as StartFailure {
            fail(failure.message, code: failure.exitCode)
        } catch {
            guard Keel.exitCode(for: error) == .success else {
                fail(Keel.message(for: error), code: StartFailure.usage("").exitCode)
            }
            // Help and the version were asked for.
            Keel.exit(withError: error)
        }
    }

    /// Ends the process with one line on standard error.
    private static func fail(_ message: String, code: Int32) -> Never {
        let line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
        let bytes = Array("keel: \(line)\n".utf8)
        unsafe _ = write(STDERR_FILENO, bytes, bytes.count)
        exit(code)
    }
}

/// The store's one executable: a node, the coordinator of several, or who administers them.
struct Keel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keel",
        abstract: "A replicated in-memory key-value store that speaks the Redis Cluster protocol.",
        version: "keel \(Version.keel)",
        subcommands: [NodeCommand.self, CoordinatorCommand.self, AdminCommands.self]
    )
}
