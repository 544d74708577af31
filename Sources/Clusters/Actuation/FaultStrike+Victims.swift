internal import Faults
internal import Topology

extension FaultAction {
    /// Whose process it strikes; nil for an action on something else.
    var process: Endpoint? {
        switch self {
        case .kill(let endpoint), .terminate(let endpoint), .pause(let endpoint): endpoint
        case .start, .resume, .cut, .reconnect, .renewNetwork, .join, .leave, .replace: nil
        }
    }

    /// The node that the cluster did not have before.
    var joiningNode: NodeID? {
        switch self {
        case .join(let node), .replace(_, let node): node
        case .kill, .terminate, .start, .pause, .resume, .cut, .reconnect, .renewNetwork, .leave:
            nil
        }
    }

    /// The nodes that it lets come or go.
    fileprivate var members: [Endpoint] {
        switch self {
        case .join(let node), .leave(let node): [.node(node)]
        case .replace(let old, let new): [.node(old), .node(new)]
        case .kill, .terminate, .start, .pause, .resume, .cut, .reconnect, .renewNetwork: []
        }
    }
}

extension FaultStrike {
    /// Whose process it acts on.
    var processes: [Endpoint] {
        actions.compactMap(\.process)
    }

    var cutLinks: [DirectedLink] {
        actions.flatMap { action -> [DirectedLink] in
            guard case .cut(let links) = action else { return [] }
            return links
        }
    }

    /// Whose process it acts on, or else, where it only cuts, the smaller side of the cut.
    var touched: [Endpoint] {
        let struck = processes + actions.flatMap(\.members)
        guard struck.isEmpty else { return struck }
        let links = cutLinks
        var counts: [Endpoint: Int] = [:]
        for link in links {
            counts[link.from, default: 0] += 1
            counts[link.to, default: 0] += 1
        }
        // Whoever is on the smaller side has lost more links.
        let most = counts.values.max() ?? 0
        return counts.filter { $0.value == most }.keys.sorted()
    }
}
