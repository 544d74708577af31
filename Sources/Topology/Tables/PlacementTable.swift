/// A scheme's answer for one set of nodes: built once, looked up without allocating.
public protocol PlacementTable: Sendable {
    var members: PlacementMembers { get }

    /// What lookups read, in bytes.
    var byteCount: Int { get }

    /// Fills `chosen` with different nodes, the first choice first, as ids.
    ///
    /// As long as there are zones without a replica the next replica goes to one of those, then to
    /// zones with one, and so on. `chosen` holds at most as many as there are members.
    func choose(_ hash: UInt64, into chosen: inout MutableSpan<UInt32>)

    /// The first choice alone, as an id.
    func first(_ hash: UInt64) -> UInt32

    /// Begins the placing of a known number of keys as one set.
    func load(keys: Int, replicas: Int) -> PlacedLoad

    /// Places keys of one set, `replicas` nodes for each, one key after the other.
    ///
    /// For a scheme that does not look at loads this is `choose` for each of them.
    func assign(
        _ hashes: borrowing Span<UInt64>,
        replicas: Int,
        load: inout PlacedLoad,
        into chosen: inout MutableSpan<UInt32>
    )

    /// Carries out one change of the members.
    ///
    /// A scheme that keeps state (`PlacementCapabilities.keepsState`) remembers the order of the
    /// changes; for the others the table of the new members is built.
    mutating func apply(_ change: MembershipChange) throws(PlacementError)
}

/// What has been placed of a set of keys, for schemes that look at it.
public struct PlacedLoad: Sendable {
    /// First choices of each slot, and the most it may have.
    var first: [UInt32] = []
    var firstLimits: [UInt32] = []
    /// Second and further choices, likewise.
    var rest: [UInt32] = []
    var restLimits: [UInt32] = []

    public init() {}
}

extension PlacementTable {
    public func first(_ hash: UInt64) -> UInt32 {
        var one = [1 of UInt32](repeating: 0)
        var span = one.mutableSpan
        choose(hash, into: &span)
        return one[0]
    }

    public func load(keys: Int, replicas: Int) -> PlacedLoad { PlacedLoad() }

    public func assign(
        _ hashes: borrowing Span<UInt64>,
        replicas: Int,
        load: inout PlacedLoad,
        into chosen: inout MutableSpan<UInt32>
    ) {
        guard replicas > 1 else {
            for index in hashes.indices { chosen[index] = first(hashes[index]) }
            return
        }
        chooseEach(hashes, replicas: replicas, into: &chosen)
    }

    func chooseEach(
        _ hashes: borrowing Span<UInt64>,
        replicas: Int,
        into chosen: inout MutableSpan<UInt32>
    ) {
        var nodes = [UInt32](repeating: 0, count: replicas)
        var span = nodes.mutableSpan
        for index in hashes.indices {
            choose(hashes[index], into: &span)
            for replica in 0..<replicas { chosen[index * replicas + replica] = span[replica] }
        }
    }

    /// The nodes of one key, for callers that do not mind an array.
    public func nodes(
        forHash hash: UInt64,
        replicas: Int
    ) throws(PlacementError) -> [UInt32] {
        try checkReplicas(replicas)
        var nodes = [UInt32](repeating: 0, count: replicas)
        var span = nodes.mutableSpan
        choose(hash, into: &span)
        return nodes
    }

    /// The nodes of all these keys as one set, `replicas` for each.
    public func place(
        _ hashes: [UInt64],
        replicas: Int
    ) throws(PlacementError) -> [UInt32] {
        try checkReplicas(replicas)
        var load = load(keys: hashes.count, replicas: replicas)
        var nodes = [UInt32](repeating: 0, count: hashes.count * replicas)
        var span = nodes.mutableSpan
        assign(hashes.span, replicas: replicas, load: &load, into: &span)
        return nodes
    }

    public func checkReplicas(_ replicas: Int) throws(PlacementError) {
        guard replicas > 0 else { throw .noReplicas }
        let count = members.count
        guard replicas <= count else {
            throw .moreReplicasThanNodes(replicas: replicas, nodes: count)
        }
    }
}
