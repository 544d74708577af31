internal import Faults

extension FaultAction {
    /// Whose process it strikes; nil for an action on something else.
    var process: Endpoint? {
        switch self {
        case .kill(let endpoint), .terminate(let endpoint), .pause(let endpoint): endpoint
        case .start, .resume, .cut, .reconnect, .renewNetwork: nil
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
        let processes = processes
        guard processes.isEmpty else { return processes }
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
