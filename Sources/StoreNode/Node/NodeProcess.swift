import Glibc
public import Replication
internal import Storage
internal import Topology

/// One `keel node`, from its start to its end.
public enum NodeProcess {
    /// Runs a node until SIGTERM or SIGINT, then lets it finish what is in flight.
    ///
    /// Once it listens it prints one line, `ready …`, with the address it listens on.
    /// - Parameter modes: the replication modes that a cluster map may name.
    public static func run(
        _ configuration: NodeConfiguration,
        modes: [any ReplicationMode.Type] = replicationModes
    ) throws(StartFailure) {
        let signals = TerminationSignal()
        OpenFileLimit.raise(forClients: ClientTable.limit)
        let server = try NodeServer(configuration: configuration, modes: modes)
        let address = try server.start()
        announce("ready node=\(configuration.id.value) client=\(address)")
        signals.wait()
        try server.stop()
    }

    /// Prints a line for whoever started this process, at once.
    private static func announce(_ line: String) {
        print(line)
        fflush(nil)
    }
}
