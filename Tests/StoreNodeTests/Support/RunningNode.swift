import Replication
import StoreNode
import Topology

/// A node in this process, on a free port; stopped at the end of the closure whatever happens.
func withNode<Result>(
    _ configuration: NodeConfiguration = NodeConfiguration(port: 0),
    _ body: (_ port: Int) throws -> Result
) throws -> Result {
    let server = try NodeServer(configuration: configuration, modes: replicationModes)
    let port = try server.start().port
    do {
        let result = try body(port)
        try server.stop()
        return result
    } catch {
        try? server.stop()
        throw error
    }
}
