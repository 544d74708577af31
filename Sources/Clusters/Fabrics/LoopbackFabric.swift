internal import CSystemCalls
public import Faults

/// Everybody on 127.0.0.1, with ports that were free a moment ago: needs nothing, and cuts nothing.
public final class LoopbackFabric: Fabric {
    public static let name = "loopback"
    public static let hasNetworkFaults = false

    public let layout: FabricLayout
    private let places: [Endpoint: FabricPlace]

    public init(_ layout: FabricLayout) throws(ClusterError) {
        self.layout = layout
        var taken: Set<UInt16> = []
        var places: [Endpoint: FabricPlace] = [:]
        for endpoint in layout.endpoints {
            var place = FabricPlace(host: "127.0.0.1", port: 0, peerPort: 0)
            let (isServer, hasPeers) =
                switch endpoint {
                case .node, .etcd: (true, true)
                case .coordinator, .standby: (true, false)
                case .clients: (false, false)
                }
            if isServer { place.port = try Self.freePort(&taken) }
            if hasPeers { place.peerPort = try Self.freePort(&taken) }
            places[endpoint] = place
        }
        self.places = places
    }

    /// The kernel may name a port twice, as it is closed again before it is used.
    private static func freePort(_ taken: inout Set<UInt16>) throws(ClusterError) -> UInt16 {
        for _ in 0..<1000 {
            let port = ordeal_free_port()
            if port != 0, taken.insert(port).inserted { return port }
        }
        throw .system(what: "a port of 127.0.0.1", why: "none is free")
    }

    public func build() throws(ClusterError) {}
    public func tearDown() {}
    public func place(of endpoint: Endpoint) -> FabricPlace? { places[endpoint] }

    public func cut(_ links: [DirectedLink]) throws(ClusterError) { throw Self.refusal }
    public func reconnect(_ links: [DirectedLink]) throws(ClusterError) { throw Self.refusal }
    public func renew(_ endpoint: Endpoint) throws(ClusterError) { throw Self.refusal }

    public func dropped(on links: [DirectedLink]) throws(ClusterError) -> [DroppedTraffic] { [] }

    private static var refusal: ClusterError {
        .unsupported("the loopback fabric has no links that could be cut")
    }
}
