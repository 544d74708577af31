import KeelCommands
import Replication

// A `keel` with a planted fault: what it calls quorum acknowledges before it replicates. Everything
// that claims to notice lost writes must notice it.
KeelCommandLine.run(
    modes: replicationModes.filter { $0.name != HastyQuorum.name } + [HastyQuorum.self]
)
