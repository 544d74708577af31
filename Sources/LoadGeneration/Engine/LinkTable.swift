/// The links of all clients to all nodes, each made when it is first needed.
struct LinkTable {
    let clients: Int
    /// By client, then by node.
    private var links: [NodeLink?]
    /// Room for so many nodes a client; it grows with the cluster.
    private var width = 1

    init(clients: Int) {
        self.clients = clients
        links = Array(repeating: nil, count: clients)
    }

    func known(client: Int, node: Int) -> NodeLink? {
        node < width ? links[client * width + node] : nil
    }

    mutating func insert(_ link: NodeLink) {
        if link.node >= width { widen(for: link.node) }
        links[link.client * width + link.node] = link
    }

    func forEach(_ body: (NodeLink) -> Void) {
        for link in links {
            if let link { body(link) }
        }
    }

    private mutating func widen(for node: Int) {
        let wider = max(node + 1, width * 2)
        var grown = [NodeLink?](repeating: nil, count: clients * wider)
        for client in 0..<clients {
            for node in 0..<width { grown[client * wider + node] = links[client * width + node] }
        }
        (links, width) = (grown, wider)
    }
}
