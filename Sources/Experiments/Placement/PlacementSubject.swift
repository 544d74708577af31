internal import Quantities
internal import Report
internal import Topology

/// One scheme on so many nodes, before and after nodes joined or left, and how long that took.
struct PlacementSubject: Sendable {
    let type: any PlacementScheme.Type
    let nodes: Int
    let before: any PlacementTable
    let after: any PlacementTable
    let build: Duration
    let resize: Duration
    let lookup: Double
    let firstLookup: Double

    /// About so long the lookups are timed, three times.
    private static let timedLength = Duration.milliseconds(15)

    init(
        _ type: any PlacementScheme.Type,
        nodes: Int,
        options: PlacementOptions
    ) throws(PlacementError) {
        self.type = type
        self.nodes = nodes
        let clock = ContinuousClock()
        let members = try PlacementMembers(options.members(nodes))
        let start = clock.now
        let table = try type.init().table(for: members)
        build = clock.now - start
        let changes = options.changes(nodes)
        var changed = table
        let changing = clock.now
        for change in changes { try changed.apply(change) }
        resize = (clock.now - changing) / max(1, changes.count)
        before = table
        after = changed
        lookup = Self.time(table, options.replicas)
        firstLookup = options.replicas == 1 ? lookup : Self.time(table, 1)
    }

    /// Seconds a key: the least of three times, as nothing makes a lookup faster than it is.
    private static func time(_ table: any PlacementTable, _ replicas: Int) -> Double {
        let clock = ContinuousClock()
        let hashes = (0..<UInt64(8_192)).map { StableHash.hash($0) }
        var nodes = [UInt32](repeating: 0, count: hashes.count * replicas)
        var count = 64
        var least = Double.infinity
        for _ in 0..<12 {
            let part = Array(hashes.prefix(count))
            var load = table.load(keys: count, replicas: replicas)
            var span = nodes.mutableSpan
            let start = clock.now
            table.assign(part.span, replicas: replicas, load: &load, into: &span)
            let taken = clock.now - start
            if count == hashes.count || taken > timedLength / 4 {
                least = min(least, taken.seconds / Double(count))
            } else {
                count = min(hashes.count, count * 4)
            }
        }
        return least
    }

    /// What placing all keys twice takes, compared with other schemes.
    func cost(keys: Int) -> Double { 2 * Double(keys) * (lookup + 20e-9) }

    func row(_ result: PlacementStudy.Result) -> PlacementRecord.Row {
        let capabilities = type.capabilities
        let movement = result.movement
        let sets = result.sets
        return PlacementRecord.Row(
            scheme: type.name,
            nodes: nodes,
            honoursWeights: capabilities.weights == .proportional,
            keepsState: capabilities.keepsState,
            looksAtLoads: capabilities.looksAtLoads,
            load: spread(result.copies),
            firstChoices: spread(result.firstChoices),
            moved: movement.moved / max(1, movement.total),
            leastMoved: movement.minimum / max(1, movement.total),
            movement: movement.ratio,
            copySets: PlacementRecord.Sets(
                distinct: sets.distinct,
                possible: sets.possible,
                lossChance: sets.lossChance,
                largestShare: sets.largestShare,
                meanShare: sets.meanShare
            ),
            lookup: lookup,
            firstLookup: firstLookup,
            memoryBytes: before.byteCount,
            build: build.seconds,
            resize: resize.seconds
        )
    }

    private func spread(_ balance: LoadBalance) -> PlacementRecord.Spread {
        PlacementRecord.Spread(
            peak: balance.peak,
            standardDeviation: balance.standardDeviation,
            low: balance.low,
            high: balance.high
        )
    }
}

extension PlacementError {
    /// For people.
    var sentence: String {
        switch self {
        case .noNodes: "no node would be left"
        case .noReplicas: "there must be at least one replica"
        case .moreReplicasThanNodes(let replicas, let nodes):
            "\(replicas) replicas need \(replicas) nodes, and there are \(nodes)"
        case .duplicateNode(let id): "node \(id) is there twice"
        case .unknownNode(let id): "there is no node \(id)"
        case .weightOutOfRange(let node): "the weight of node \(node) is out of range"
        case .weightsUnsupported(let scheme): "\(scheme) treats all nodes alike: it has no weights"
        case .capacityReached(let capacity): "there is room for \(capacity) nodes only"
        case .settingOutOfRange(let what): what
        }
    }
}
