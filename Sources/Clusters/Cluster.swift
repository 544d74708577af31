public import Faults
import Glibc
internal import Synchronization
public import Topology

/// A cluster of real processes on a fabric: from nothing to serving, and back to nothing.
public final class Cluster: Sendable {
    public let system: any SystemUnderTest
    public let specification: ClusterSpecification
    public let fabric: any Fabric
    public let processes: ProcessTable
    let observer: ClusterObserver
    private let membership: Mutex<Membership>
    /// One change of the members at a time.
    let isChanging = Mutex(false)
    let steps = Mutex<[MembershipStep]>([])

    private struct Membership {
        /// Who takes part, as far as faults have changed it.
        var members: [NodeID]
        /// Nodes that could join, and that no fault has chosen yet.
        var spares: [NodeID]
    }

    /// Adds the processes and starts none; the fabric is built already.
    ///
    /// `onUnexpectedEnd` is called for every process that ends without having been asked to.
    public init(
        _ system: any SystemUnderTest,
        _ specification: ClusterSpecification,
        on fabric: any Fabric,
        logDirectory: String,
        onUnexpectedEnd: @escaping @Sendable (UnexpectedEnd) -> Void = { _ in }
    ) throws(ClusterError) {
        guard Executables.isExecutable(specification.executable) else {
            throw .missing(program: specification.executable, fix: "build or install it")
        }
        self.system = system
        self.specification = specification
        self.fabric = fabric
        var places: [Endpoint: FabricPlace] = [:]
        for endpoint in fabric.layout.endpoints { places[endpoint] = fabric.place(of: endpoint) }
        for endpoint in (specification.nodes + specification.spares).map({ Endpoint.node($0) })
            + (system.hasCoordinator ? [.coordinator] : [])
        where places[endpoint] == nil {
            throw .unsupported("the fabric has no place for \(endpoint)")
        }
        processes = try ProcessTable(
            fabric: fabric,
            logDirectory: logDirectory,
            onUnexpectedEnd: onUnexpectedEnd
        )
        let nowhere = FabricPlace(host: "", port: 0, peerPort: 0)
        for process in system.processes(of: specification, at: { places[$0] ?? nowhere }) {
            processes.add(process)
        }
        var nodes: [NodeID: FabricPlace] = [:]
        for id in specification.nodes + specification.spares { nodes[id] = places[.node(id)] }
        observer = ClusterObserver(system: system, places: nodes)
        membership = Mutex(
            Membership(members: specification.nodes, spares: specification.spares)
        )
    }

    /// Starts every process at once and waits until every node says that every key is served.
    ///
    /// Throws as soon as a process ends; call `stop` then as well.
    public func start(within bound: Duration = .seconds(10)) async throws(ClusterError) {
        let spares = specification.spares.map { Endpoint.node($0) }
        for endpoint in processes.endpoints where !spares.contains(endpoint) {
            try makeDirectory(specification.dataDirectory + "/" + endpoint.name)
            try processes.start(endpoint)
        }
        let processes = self.processes
        observer.start { processes.running.compactMap(\.node) }
        try await wait(
            for: "serving every key",
            within: bound,
            endsBefore: 0
        ) { self.isServing }
    }

    /// Waits until every node that runs says that every key is served.
    ///
    /// Throws as soon as a process ends.
    public func awaitServing(within bound: Duration) async throws(ClusterError) {
        let ends = processes.unexpectedEnds.count
        try await wait(
            for: "serving every key",
            within: bound,
            endsBefore: ends
        ) { self.isServing }
    }

    /// Waits until every node that runs also says that every replica of what it leads follows.
    ///
    /// Throws as soon as a process ends.
    public func awaitReplicated(within bound: Duration) async throws(ClusterError) {
        let ends = processes.unexpectedEnds.count
        try await wait(
            for: "replication of every key",
            within: bound,
            endsBefore: ends
        ) { self.isReplicated }
    }

    private func wait(
        for what: String,
        within bound: Duration,
        endsBefore: Int,
        _ condition: @escaping @Sendable () -> Bool
    ) async throws(ClusterError) {
        let outcome = await eventually(within: bound) { () -> Result<Void, ClusterError>? in
            if let end = self.processes.unexpectedEnds.dropFirst(endsBefore).first {
                return .failure(.ended(end.endpoint, end: end.end, log: end.log))
            }
            return condition() ? .success(()) : nil
        }
        guard let outcome else {
            throw .tooLate(what: what, bound: bound, seen: seen)
        }
        try outcome.get()
    }

    /// Waits until every node that runs says that no shard is on its way to another node.
    ///
    /// Throws as soon as a process ends.
    public func awaitSettled(within bound: Duration) async throws(ClusterError) {
        let ends = processes.unexpectedEnds.count
        try await wait(for: "the end of every move", within: bound, endsBefore: ends) {
            self.isSettled
        }
    }

    /// Whether every node that runs said, when last asked, that no shard is on its way.
    public var isSettled: Bool { covers(observer.settledNodes) }

    /// What every node has done since it was first asked.
    public func tallies() async -> [NodeID: NodeTally] {
        let running = processes.running.compactMap(\.node)
        return await observer.tallies(of: running, within: .seconds(2))
    }

    /// Who takes part and who holds which slots, as the best informed node told last.
    public var standing: MembershipStep.Standing {
        let holders = holders
        let holdings = (observer.newest.ranges ?? []).map { range in
            MembershipStep.Holding(
                slots: range.firstSlot...max(range.firstSlot, range.lastSlot),
                nodes: ([range.primary] + range.backups).compactMap { holders[$0] }
            )
        }
        return MembershipStep.Standing(members: nodes, holders: holdings)
    }

    /// The changes of the members that were carried out, in their order.
    public var membershipSteps: [MembershipStep] { steps.withLock { $0 } }

    /// Whether every node that runs said, when last asked, that every key is served.
    public var isServing: Bool {
        covers(observer.servingNodes)
    }

    /// Whether every node that runs also said that every replica of what it leads follows.
    public var isReplicated: Bool {
        covers(observer.replicatedNodes)
    }

    private func covers(_ nodes: [NodeID]) -> Bool {
        let running = processes.running.compactMap(\.node)
        return !running.isEmpty && running.allSatisfy(nodes.contains)
    }

    private var seen: [String] {
        let observations = observer.observations
        return nodes.map { id in
            guard let observation = observations[id] else {
                let log = processes.log(of: .node(id)).lastLines(1).first ?? "and wrote nothing"
                return "\(Endpoint.node(id)) does not answer: \(log)"
            }
            return "\(Endpoint.node(id)) knows map \(observation.epoch) and is"
                + (observation.isServing ? "" : " not") + " serving"
                + (observation.isReplicated ? "" : ", with replicas that do not follow")
                + (observation.isSettled ? "" : ", with shards on the move")
        }
    }

    /// Every claim of a node to lead some slots, as far as it was asked in time.
    public var primaryClaims: [PrimaryClaim] { observer.claims }

    /// Ends every process; the fabric stays.
    public func stop() async {
        await observer.stop()
        await processes.stopAll()
    }

    /// Every node that takes part, in order.
    public var nodes: [NodeID] { membership.withLock { $0.members } }

    func noteMember(_ node: NodeID, isThere: Bool) {
        membership.withLock { membership in
            membership.members.removeAll { $0 == node }
            if isThere { membership.members = (membership.members + [node]).sorted() }
        }
    }

    /// Keeps a node for one fault, so that two at a time do not choose the same.
    func takeSpare(_ node: NodeID) {
        membership.withLock { $0.spares.removeAll { $0 == node } }
    }

    /// Where clients connect, by node.
    public var addresses: [(node: NodeID, host: String, port: UInt16)] {
        nodes.compactMap { id in
            fabric.place(of: .node(id)).map { (id, $0.host, $0.port) }
        }
    }

    private var holders: [SlotHolder: NodeID] {
        let nodes = (specification.nodes + specification.spares).compactMap { id in
            fabric.place(of: .node(id)).map { (SlotHolder(host: $0.host, port: Int($0.port)), id) }
        }
        return Dictionary(nodes, uniquingKeysWith: { first, _ in first })
    }

    /// The cluster as faults see it: who runs now, and the newest map that a node told.
    ///
    /// `load` is the share of the load that falls on a range of slots, in any unit; without it every
    /// slot counts the same. Waits for nothing.
    public func view(load: ((ClosedRange<Int>) -> Double)? = nil) -> ClusterView {
        let holders = holders
        let shards = (observer.newest.ranges ?? []).map { range in
            let slots = range.firstSlot...max(range.firstSlot, range.lastSlot)
            return ClusterView.Shard(
                firstSlot: range.firstSlot,
                primary: holders[range.primary],
                backups: range.backups.compactMap { holders[$0] },
                load: load?(slots) ?? Double(slots.count)
            )
        }
        return ClusterView(
            nodes: nodes,
            running: processes.running.compactMap(\.node),
            hasCoordinator: system.hasCoordinator,
            clientGroups: fabric.layout.clientGroups,
            shards: shards,
            spares: membership.withLock { $0.spares }
        )
    }

    func makeDirectory(_ path: String) throws(ClusterError) {
        var made = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            made += made.isEmpty && part.isEmpty ? "/" : "\(part)/"
            guard unsafe mkdir(made, 0o755) != 0, errno != EEXIST else { continue }
            throw .system(what: made, why: errorText(errno))
        }
    }
}
