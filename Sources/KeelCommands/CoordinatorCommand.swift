import ArgumentParser
import StoreNode

/// `keel coordinator`.
struct CoordinatorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coordinator",
        abstract: "Runs the coordinator of a cluster: it detects failures and changes the map.",
        usage: """
            keel coordinator --data-dir DIR --replicas 3 --replication quorum \
            --nodes 1=10.0.0.1:6379:16379,2=10.0.0.2:6379:16379,3=10.0.0.3:6379:16379
            keel coordinator --map-store etcd --etcd http://10.0.0.7:2379,http://10.0.0.8:2379 …
            """
    )

    @Option(help: "The one address to listen on, as nodes dial it.")
    var bind = "127.0.0.1"

    @Option(
        parsing: .unconditional,
        help: "The port for nodes; 0 for a free one.",
        transform: KeelCommandLine.port
    )
    var port: UInt16 = 7000

    @Option(help: "Where a map in a file lives, and the history of any map.")
    var dataDir: String?

    @Option(help: "Where the cluster map lives: file (in --data-dir), or etcd for several.")
    var mapStore = "file"

    @Option(
        help: "etcd's members, such as http://10.0.0.1:2379, with commas between.",
        transform: KeelCommandLine.etcdMembers
    )
    var etcd: [Endpoint] = []

    @Option(help: "What the cluster's keys in etcd begin with.")
    var etcdPrefix = MapStoreSettings.defaultPrefix

    @Option(
        help: "The nodes, as NUMBER=ADDRESS:PORT:PEER-PORT with commas between.",
        transform: KeelCommandLine.members
    )
    var nodes: [CoordinatorSettings.Member]

    @Option(help: "The copies of each shard, the primary's included.")
    var replicas = 3

    @Option(help: "The number of shards: a power of two.")
    var shards = 256

    @Option(help: "Which nodes hold which shards.")
    var placement = "ring"

    @Option(
        help: "The nodes' shares of the shards, such as 1,2,4; not with every placement.",
        transform: KeelCommandLine.numbers
    )
    var weights: [Double]?

    @Option(
        help: "The nodes' fault domains, such as 1,1,2: copies of a shard are kept apart.",
        transform: KeelCommandLine.numbers
    )
    var zones: [UInt32]?

    func validate() throws {
        guard MapStoreSettings.names.contains(mapStore) else {
            let known = MapStoreSettings.names.joined(separator: ", ")
            throw ValidationError("unknown map store '\(mapStore)': one of \(known)")
        }
        guard (mapStore == "etcd") == !etcd.isEmpty else {
            throw ValidationError("--map-store etcd and --etcd http://HOST:PORT,… go together")
        }
        guard mapStore == "etcd" || dataDir != nil else {
            throw ValidationError("--map-store file needs --data-dir DIR")
        }
        for (option, count) in [("weights", weights?.count), ("zones", zones?.count)] {
            guard let count, count != nodes.count else { continue }
            throw ValidationError("--\(option) has \(count) numbers for \(nodes.count) nodes")
        }
    }

    @Option(help: "When a write is acknowledged.")
    var replication = "synchronous"

    @Option(help: "Replicas that writes need in sync; synchronous and chain only.")
    var minInSync: Int?

    @Option(name: .customLong("failure-detector"), help: "How failures are detected.")
    var detector = "fixed-timeout"

    @Option(
        help: ArgumentHelp(
            "What moving shards may take of a node of a new cluster, MiB/s; 0 for no limit.",
            discussion: "`keel admin throttle` changes it."
        )
    )
    var moveRate: UInt32 = 0

    private var members: [CoordinatorSettings.Member] {
        nodes.enumerated().map { index, node in
            var member = node
            if let weights { member.weight = weights[index] }
            if let zones { member.zone = zones[index] }
            return member
        }
    }

    var settings: CoordinatorSettings {
        var settings = CoordinatorSettings(
            bindAddress: bind,
            port: Int(port),
            dataDirectory: dataDir ?? "",
            members: members,
            shardCount: shards,
            replicaCount: replicas,
            placement: placement,
            replication: replication,
            detector: detector
        )
        settings.minimumInSync = minInSync
        if !etcd.isEmpty { settings.mapStore = .etcd(etcd, prefix: etcdPrefix) }
        settings.moveRate = UInt64(moveRate) << 20
        return settings
    }
}

extension KeelCommandLine {
    /// Reads `http://10.0.0.1:2379,http://10.0.0.2:2379`.
    static func etcdMembers(_ text: String) throws -> [Endpoint] {
        try text.split(separator: ",").map { part in
            guard part.hasPrefix("http://"), let endpoint = Endpoint(String(part.dropFirst(7)))
            else {
                throw ValidationError("'\(part)' is no address such as http://10.0.0.1:2379")
            }
            return endpoint
        }
    }

    /// Reads `1,2,4`.
    static func numbers<Number: LosslessStringConvertible>(_ text: String) throws -> [Number] {
        try text.split(separator: ",").map { part in
            if let number = Number(String(part)) { return number }
            throw ValidationError("'\(part)' is no number")
        }
    }

    /// Reads `1=10.0.0.1:6379:16379,2=…`.
    static func members(_ text: String) throws -> [CoordinatorSettings.Member] {
        try text.split(separator: ",").map { part in
            if let member = CoordinatorSettings.Member(String(part)) { return member }
            throw ValidationError(
                "'\(part)' is no node; one is number=address:port:peer-port, with an address in "
                    + "digits: 1=10.0.0.1:6379:16379"
            )
        }
    }
}
