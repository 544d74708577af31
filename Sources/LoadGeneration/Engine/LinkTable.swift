/// The links of all clients to all nodes, each made when it is first needed; it keeps them alive.
@safe struct LinkTable: ~Copyable {
    let clients: Int
    /// By client, then by node.
    private var links: UnsafeMutablePointer<Unmanaged<NodeLink>?>
    /// Room for so many nodes a client; it grows with the cluster.
    private var width = 1

    init(clients: Int) {
        self.clients = clients
        unsafe links = .allocate(capacity: clients)
        unsafe links.initialize(repeating: nil, count: clients)
    }

    deinit {
        for index in 0..<clients * width { unsafe links[index]?.release() }
        unsafe links.deallocate()
    }

    /// Calls `body` with a link that is there; who looks one up for every request must not pay for
    /// counting references.
    func withKnown<Answer>(
        client: Int,
        node: Int,
        _ body: (NodeLink) -> Answer
    ) -> Answer? {
        precondition(client >= 0 && client < clients && node >= 0, "Only clients have links.")
        guard node < width, let known = unsafe links[client * width + node] else { return nil }
        return unsafe known._withUnsafeGuaranteedRef(body)
    }

    mutating func insert(_ link: NodeLink) {
        precondition(link.client >= 0 && link.client < clients, "Only clients have links.")
        if link.node >= width { widen(for: link.node) }
        let place = link.client * width + link.node
        unsafe links[place]?.release()
        unsafe links[place] = .passRetained(link)
    }

    func forEach(_ body: (NodeLink) -> Void) {
        for index in 0..<clients * width {
            if let link = unsafe links[index] { unsafe link._withUnsafeGuaranteedRef(body) }
        }
    }

    private mutating func widen(for node: Int) {
        let wider = max(node + 1, width * 2)
        let grown = UnsafeMutablePointer<Unmanaged<NodeLink>?>
            .allocate(capacity: clients * wider)
        unsafe grown.initialize(repeating: nil, count: clients * wider)
        for client in 0..<clients {
            for node in 0..<width {
                unsafe grown[client * wider + node] = unsafe links[client * width + node]
            }
        }
        unsafe links.deallocate()
        unsafe links = grown
        width = wider
    }
}
