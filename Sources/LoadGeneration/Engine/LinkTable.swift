/// The links of all clients to all nodes, each made when it is first needed, and kept.
@safe struct LinkTable: ~Copyable {
    let clients: Int
    /// Every link, the oldest first; who goes through them may make new ones meanwhile.
    private(set) var all: [NodeLink] = []
    /// By client, then by node.
    private var places: UnsafeMutablePointer<Unmanaged<NodeLink>?>
    /// Room for so many nodes a client; it grows with the cluster.
    private var width = 1

    init(clients: Int) {
        self.clients = clients
        unsafe places = .allocate(capacity: clients)
        unsafe places.initialize(repeating: nil, count: clients)
    }

    deinit { unsafe places.deallocate() }

    /// Calls `body` with a link that is there; who looks one up for every request must not pay for
    /// counting references.
    func withKnown<Answer>(
        client: Int,
        node: Int,
        _ body: (NodeLink) -> Answer
    ) -> Answer? {
        precondition(client >= 0 && client < clients && node >= 0, "Only clients have links.")
        guard node < width, let known = unsafe places[client * width + node] else { return nil }
        return unsafe known._withUnsafeGuaranteedRef(body)
    }

    /// Takes a link that is not there yet.
    mutating func insert(_ link: NodeLink) {
        precondition(link.client >= 0 && link.client < clients, "Only clients have links.")
        if link.node >= width { widen(for: link.node) }
        all.append(link)
        unsafe places[link.client * width + link.node] = .passUnretained(link)
    }

    private mutating func widen(for node: Int) {
        let wider = max(node + 1, width * 2)
        let grown = UnsafeMutablePointer<Unmanaged<NodeLink>?>
            .allocate(capacity: clients * wider)
        unsafe grown.initialize(repeating: nil, count: clients * wider)
        for client in 0..<clients {
            for node in 0..<width {
                unsafe grown[client * wider + node] = unsafe places[client * width + node]
            }
        }
        unsafe places.deallocate()
        unsafe places = grown
        width = wider
    }
}
