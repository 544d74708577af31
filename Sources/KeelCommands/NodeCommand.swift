import ArgumentParser
import Storage
import StoreNode
import Topology

/// `keel node`.
struct NodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "Runs one node, alone or in the cluster of a coordinator.",
        usage: """
            keel node --standalone [--bind ADDRESS] [--port PORT]
            keel node --id 1 --coordinator 10.0.0.9:7000 --bind 10.0.0.1 --data-dir DIR
            """
    )

    @Option(help: "The node's number in its cluster.")
    var id: UInt16 = 1

    @Option(help: "The one address to listen on, as clients and peers dial it.")
    var bind = "127.0.0.1"

    @Option(
        parsing: .unconditional,
        help: "The port for clients; 0 for a free one.",
        transform: KeelCommandLine.port
    )
    var port: UInt16 = 6379

    @Option(
        parsing: .unconditional,
        help: "The port for the other nodes; 0 for a free one.",
        transform: KeelCommandLine.port
    )
    var peerPort: UInt16 = 16379

    @Option(help: "Where the log lives; not needed under memory.")
    var dataDir: String?

    @Option(
        help: """
            When a write is durable: memory, log-everysec or log-always \
            (default: log-everysec with --data-dir, otherwise memory).
            """,
        transform: KeelCommandLine.durability
    )
    var durability: Durability?

    @Flag(help: "Start with what is left of a damaged log; what is behind the damage is lost.")
    var acceptDamage = false

    @Option(
        help: "The address and port of the coordinator, or of several with commas between.",
        transform: KeelCommandLine.endpoints
    )
    var coordinator: [Endpoint] = []

    @Flag(help: "Stand alone: no coordinator, no copies, all shards here.")
    var standalone = false

    @Option(help: "The number of shards of a node that stands alone: a power of two.")
    var shards = 256

    @Option(help: "What reads rest on: primary (a lease) or confirmed (a round trip, no clocks).")
    var reads = ReadMode.primary.rawValue

    @Option(help: "The oldest state that READONLY clients are given, such as 500ms or 2s.")
    var replicaReadBound = "1s"

    private var readMode: ReadMode? {
        ReadMode(rawValue: reads).flatMap { $0 == .replica ? nil : $0 }
    }

    func validate() throws {
        guard readMode != nil else {
            throw ValidationError("--reads is primary or confirmed, not '\(reads)'")
        }
        guard ConfiguredName.duration(replicaReadBound) != nil else {
            throw ValidationError("--replica-read-bound is a duration such as 500ms or 2s")
        }
        guard standalone == coordinator.isEmpty else {
            throw ValidationError("say either --standalone or --coordinator HOST:PORT")
        }
        guard id > 0 else { throw ValidationError("--id counts from 1") }
        guard shards > 0, shards <= KeySlot.count, shards.nonzeroBitCount == 1 else {
            throw ValidationError("--shards must be a power of two, \(KeySlot.count) at most")
        }
        if let durability, durability != .memory, dataDir == nil {
            throw ValidationError("--durability \(durability.rawValue) needs --data-dir DIR")
        }
    }

    var settings: NodeConfiguration {
        var settings = NodeConfiguration(
            id: NodeID(id),
            bindAddress: bind,
            port: Int(port),
            peerPort: Int(peerPort),
            durability: durability ?? (dataDir == nil ? .memory : .logEverySecond),
            dataDirectory: dataDir,
            shardCount: shards
        )
        settings.coordinators = coordinator
        settings.acceptsDamage = acceptDamage
        settings.reads = readMode ?? .primary
        if let bound = ConfiguredName.duration(replicaReadBound) {
            settings.replicaReadBound = bound
        }
        return settings
    }
}

extension KeelCommandLine {
    /// Reads `memory`, `log-everysec` or `log-always`.
    static func durability(_ text: String) throws -> Durability {
        if let durability = Durability(rawValue: text) { return durability }
        let known = Durability.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("unknown durability '\(text)': one of \(known)")
    }

    static func port(_ text: String) throws -> UInt16 {
        if let port = UInt16(text) { return port }
        throw ValidationError("a port is a whole number from 0 to 65535, not '\(text)'")
    }

    /// Reads `10.0.0.1:7000`.
    static func endpoint(_ text: String) throws -> Endpoint {
        if let endpoint = Endpoint(text) { return endpoint }
        throw ValidationError("'\(text)' is no address with a port, such as 10.0.0.1:7000")
    }
}
