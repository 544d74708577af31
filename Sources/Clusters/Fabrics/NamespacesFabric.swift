public import Faults
internal import Synchronization
internal import Topology

/// A bridge in the enclosure's own network, and a network namespace with a real address and the
/// standard ports for every endpoint.
///
/// Works only inside an enclosure (`Enclosure`), which is also what takes it away whatever happens.
public final class NamespacesFabric: Fabric {
    public static let name = "namespaces"
    public static let hasNetworkFaults = true

    public let layout: FabricLayout
    private let ip: String
    private let filter = Mutex<PacketFilter?>(nil)

    /// The bridge, and the harness's own interface on it.
    private static let bridge = "fabric"
    /// All of the bridge's ports, so that they can be taken away at once: one by one, the kernel waits
    /// some hundredths of a second for each.
    private static let portGroup = 7
    private static let namespaceDirectory = "/run/netns"
    private static let harness = FabricAddress(number: 254)

    public init(_ layout: FabricLayout) throws(ClusterError) {
        guard layout.nodes.count <= FabricAddress.nodeLimit else {
            throw .unsupported(
                "the namespaces fabric has room for \(FabricAddress.nodeLimit) nodes"
            )
        }
        self.layout = layout
        ip = try Executables.tool("ip", package: "iproute2")
    }

    public func place(of endpoint: Endpoint) -> FabricPlace? {
        guard layout.endpoints.contains(endpoint) else { return nil }
        let ports: (UInt16, UInt16) =
            switch endpoint {
            case .node: (6379, 16379)
            case .coordinator, .standby: (7000, 0)
            case .etcd: (2379, 2380)
            case .clients: (0, 0)
            }
        return FabricPlace(
            host: FabricAddress(of: endpoint).text,
            port: ports.0,
            peerPort: ports.1,
            networkPath: "\(Self.namespaceDirectory)/\(endpoint.name)"
        )
    }

    public func build() throws(ClusterError) {
        Self.keepFramesOnBridge()
        let rules = try PacketFilter.prepare()
        let links = try ToolRun(ip, ["-batch", "-"], input: bridgeScript())
        // Both run at once; neither is left unwaited for when the other fails.
        let (ruleOutput, linkOutput) = (rules.result(), links.result())
        try Self.check(ruleOutput, of: "nft")
        try Self.check(linkOutput, of: "ip")
        try configure(layout.endpoints)
        let opened = try PacketFilter()
        filter.withLock { $0 = opened }
    }

    /// Spares every frame the detour through rules for routed packets, of which there are none here.
    private static func keepFramesOnBridge() {
        for table in ["arptables", "iptables", "ip6tables"] {
            // Where the kernel has no such detour there is no such file either.
            _ = KernelFile.write("0", to: "/proc/sys/net/bridge/bridge-nf-call-\(table)")
        }
    }

    private static func check(
        _ result: (output: String, code: Int32),
        of tool: String
    ) throws(ClusterError) {
        guard result.code != 0 else { return }
        throw .commandFailed(command: tool, output: result.output)
    }

    /// Addresses can be set only from within a namespace, so there is one `ip` for each, all at once.
    private func configure(_ endpoints: [Endpoint]) throws(ClusterError) {
        var runs: [ToolRun] = []
        var failure: ClusterError?
        for endpoint in endpoints {
            do throws(ClusterError) {
                let script = interfaceScript(of: endpoint)
                runs.append(try ToolRun(ip, ["-n", endpoint.name, "-batch", "-"], input: script))
            } catch { failure = error }
        }
        for run in runs {
            do throws(ClusterError) { try run.finish() } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    public func tearDown() {
        filter.withLock { $0 = nil }
        var script = "link del group \(Self.portGroup)\nlink del \(Self.bridge)\n"
        for endpoint in layout.endpoints { script += "netns del \(endpoint.name)\n" }
        // Whatever is missing is what should be: nothing.
        _ = try? ToolRun(ip, ["-force", "-batch", "-"], input: script).result()
        if let nft = try? Executables.tool("nft", package: "nftables") {
            _ = try? ToolRun(nft, ["delete", "table", "bridge", "ordeal"]).result()
        }
    }

    public func cut(_ links: [DirectedLink]) throws(ClusterError) {
        try built().cut(try known(links))
    }

    public func reconnect(_ links: [DirectedLink]) throws(ClusterError) {
        try built().reconnect(links)
    }

    public func dropped(on links: [DirectedLink]) throws(ClusterError) -> [DroppedTraffic] {
        let wanted = Set(links)
        return try built().dropped().filter { wanted.contains($0.link) }
    }

    public func renew(_ endpoint: Endpoint) throws(ClusterError) {
        let script =
            "link del \(endpoint.name)\nnetns del \(endpoint.name)\n"
            + namespaceScript(of: endpoint)
        try ToolRun(ip, ["-batch", "-"], input: script).finish()
        try configure([endpoint])
    }

    private func built() throws(ClusterError) -> PacketFilter {
        guard let filter = filter.withLock({ $0 }) else {
            throw .unsupported("the fabric is not built")
        }
        return filter
    }

    private func known(_ links: [DirectedLink]) throws(ClusterError) -> [DirectedLink] {
        let endpoints = Set(layout.endpoints)
        for link in links where !endpoints.contains(link.from) || !endpoints.contains(link.to) {
            throw .unsupported("there is no link \(link)")
        }
        return links
    }
}

// Neighbours are permanent: a cut drops ARP too, and an entry that expired meanwhile would make the
// network look broken for a second after it was healed. No interface has an IPv6 address, whose
// chatter would count as dropped traffic where there is none.
extension NamespacesFabric {
    /// Says that a link gets no address of its own; a kernel without IPv6 does not know the words.
    private static let withoutIPv6 =
        KernelFile.contents("/proc/sys/net/ipv6/conf/all/disable_ipv6") == nil
        ? "" : "addrgenmode none"

    private func bridgeScript() -> String {
        let bridge = Self.bridge
        var script = """
            link add \(bridge) address \(Self.harness.hardware) type bridge \
            stp_state 0 forward_delay 0 mcast_snooping 0
            link set \(bridge) \(Self.withoutIPv6) up
            addr add \(Self.harness.text)/24 dev \(bridge)

            """
        for endpoint in layout.endpoints { script += namespaceScript(of: endpoint) }
        return script
    }

    private func namespaceScript(of endpoint: Endpoint) -> String {
        let name = endpoint.name
        let address = FabricAddress(of: endpoint)
        return """
            netns add \(name)
            link add \(name) type veth peer name eth0 address \(address.hardware) netns \(name)
            link set \(name) \(Self.withoutIPv6) group \(Self.portGroup) master \(Self.bridge) up
            neigh replace \(address.text) lladdr \(address.hardware) dev \(Self.bridge) nud permanent

            """
    }

    private func interfaceScript(of endpoint: Endpoint) -> String {
        var script = """
            link set lo up
            link set eth0 \(Self.withoutIPv6) up
            addr add \(FabricAddress(of: endpoint).text)/24 dev eth0

            """
        let others = layout.endpoints.filter { $0 != endpoint }.map { FabricAddress(of: $0) }
        for other in others + [Self.harness] {
            script += "neigh add \(other.text) lladdr \(other.hardware) dev eth0 nud permanent\n"
        }
        return script
    }
}

/// 10.0.0.i: nodes from 1, the coordinator 200, client groups from 201, etcd's members from 231,
/// further coordinators from 242, the harness 254.
struct FabricAddress {
    let number: Int

    static let nodeLimit = 199

    init(number: Int) { self.number = number }

    init(of endpoint: Endpoint) {
        switch endpoint {
        case .node(let id): number = Int(id.value)
        case .coordinator: number = 200
        case .standby(let index): number = 240 + index
        case .etcd(let index): number = 230 + index
        case .clients(let group): number = 200 + group
        }
    }

    var text: String { "10.0.0.\(number)" }

    var hardware: String {
        let digits = String(number, radix: 16)
        return "02:00:0a:00:00:" + (digits.count < 2 ? "0" : "") + digits
    }
}
