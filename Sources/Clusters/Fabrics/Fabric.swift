public import Faults
public import Topology

/// Who takes part in a cluster's network.
public struct FabricLayout: Sendable, Equatable {
    public var nodes: [NodeID]
    public var hasCoordinator: Bool
    /// Where it has any.
    public var coordinatorCount = 1
    public var etcdMembers = 0
    /// Groups of load generators, each with a place of its own, numbered from 1.
    public var clientGroups: Int

    public init(nodeCount: Int, hasCoordinator: Bool = true, clientGroups: Int = 1) {
        nodes = (0..<nodeCount).map { NodeID(UInt16($0 + 1)) }
        self.hasCoordinator = hasCoordinator
        self.clientGroups = clientGroups
    }

    /// Everybody, in order.
    public var endpoints: [Endpoint] {
        var endpoints = nodes.map { Endpoint.node($0) }
        if hasCoordinator { endpoints += Endpoint.coordinators(coordinatorCount) }
        endpoints += Endpoint.etcd(members: etcdMembers)
        for group in 0..<clientGroups { endpoints.append(.clients(group + 1)) }
        return endpoints
    }
}

/// Where an endpoint is in the network.
public struct FabricPlace: Sendable, Equatable {
    /// A numeric address, the same for everybody.
    public var host: String
    /// Where clients, or a coordinator's nodes, connect; 0 for those that nobody connects to.
    public var port: UInt16
    /// Where peers connect; 0 for those that have none.
    public var peerPort: UInt16
    /// The file that names the endpoint's network namespace; nil where it shares the harness's.
    public var networkPath: String?

    public init(host: String, port: UInt16, peerPort: UInt16, networkPath: String? = nil) {
        self.host = host
        self.port = port
        self.peerPort = peerPort
        self.networkPath = networkPath
    }

    /// What `ordeal-launcher node` has to be told so that a process is there.
    public var launcherOptions: [String] {
        networkPath.map { ["--network", $0] } ?? []
    }
}

/// What one direction of one link lost since it was cut.
public struct DroppedTraffic: Sendable, Equatable, Codable {
    public var link: DirectedLink
    public var packets: UInt64
    public var bytes: UInt64

    public init(link: DirectedLink, packets: UInt64, bytes: UInt64) {
        self.link = link
        self.packets = packets
        self.bytes = bytes
    }
}

/// The network that a cluster's processes are put into.
///
/// The harness itself reaches every endpoint, whatever is cut: audits and probes of the harness are
/// no part of the experiment.
public protocol Fabric: AnyObject, Sendable {
    static var name: String { get }
    static var hasNetworkFaults: Bool { get }

    var layout: FabricLayout { get }

    /// Builds the network; blocks for some milliseconds.
    func build() throws(ClusterError)
    /// Takes the network away, once nothing runs in it; blocks for some milliseconds.
    func tearDown()
    /// Where an endpoint is; nil for one that does not take part.
    func place(of endpoint: Endpoint) -> FabricPlace?

    /// Drops everything on these links, all of them from one packet to the next.
    func cut(_ links: [DirectedLink]) throws(ClusterError)
    /// Takes back one cut of each of these links: one that was cut twice stays cut.
    func reconnect(_ links: [DirectedLink]) throws(ClusterError)
    /// What those of these links that are cut have lost since they were.
    func dropped(on links: [DirectedLink]) throws(ClusterError) -> [DroppedTraffic]
    /// Gives an endpoint without a process the network of a machine that has just booted.
    func renew(_ endpoint: Endpoint) throws(ClusterError)
}
