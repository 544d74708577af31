public import Topology

/// A primitive that every interpreter, of real processes or of simulated ones, has to carry out.
public enum FaultAction: Sendable, Equatable {
    /// Ends the process at once; its kernel still closes its connections.
    case kill(Endpoint)
    /// Asks the process to end.
    case terminate(Endpoint)
    /// Starts the process again once the last one is gone; nothing happens where it runs.
    case start(Endpoint)
    case pause(Endpoint)
    case resume(Endpoint)
    /// Drops everything on these links, all of them from one packet to the next.
    case cut([DirectedLink])
    /// Takes back a cut of these links; one that another fault cuts as well stays cut.
    case reconnect([DirectedLink])
    /// Gives the endpoint the network of a machine that has just booted: what the dead process had
    /// left in the kernel's socket buffers is never sent.
    case renewNetwork(Endpoint)
    /// Starts a node that the cluster did not have, and lets it take part.
    case join(NodeID)
    /// Lets a node give all it holds away; then its process ends.
    case leave(NodeID)
    /// Both: a node that the cluster did not have takes over all that another holds.
    case replace(NodeID, by: NodeID)
}

extension FaultAction: CustomStringConvertible {
    public var description: String {
        switch self {
        case .kill(let endpoint): "kill \(endpoint)"
        case .terminate(let endpoint): "terminate \(endpoint)"
        case .start(let endpoint): "start \(endpoint)"
        case .pause(let endpoint): "pause \(endpoint)"
        case .resume(let endpoint): "resume \(endpoint)"
        case .cut(let links): "cut \(text(links))"
        case .reconnect(let links): "reconnect \(text(links))"
        case .renewNetwork(let endpoint): "renew network of \(endpoint)"
        case .join(let node): "join \(Endpoint.node(node))"
        case .leave(let node): "leave \(Endpoint.node(node))"
        case .replace(let old, let new):
            "replace \(Endpoint.node(old)) by \(Endpoint.node(new))"
        }
    }

    private func text(_ links: [DirectedLink]) -> String {
        links.map(\.description).joined(separator: " ")
    }
}

/// What has to be seen for a fault to count as having happened; without it the run proves nothing.
public enum ExpectedEvidence: Hashable, Sendable, Codable {
    /// Packets were dropped on at least one of the cut links.
    case packetsDropped
    /// The process ended by the signal that was sent.
    case processGone(Endpoint)
    /// The kernel reports the process stopped.
    case processStopped(Endpoint)
    /// Another process of the same role is ready.
    case processReplaced(Endpoint)
    /// The node holds shards, and the cluster says that none is on its way any more.
    case nodeJoined(Endpoint)
    /// The node holds none, and the cluster says that none is on its way any more.
    case nodeLeft(Endpoint)
}
