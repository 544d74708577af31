internal import CSystemCalls
internal import Faults
import Glibc
internal import Synchronization
public import Topology

/// Keeps asking every node what it knows of the cluster, on a thread of its own.
///
/// So whoever has to know at a given moment never waits for the network.
final class ClusterObserver: Sendable {
    private let system: any SystemUnderTest
    private let places: [NodeID: FabricPlace]
    private let state: Mutex<State>

    fileprivate struct State {
        var observations: [NodeID: NodeObservation] = [:]
        /// The epoch of the map that each node told last.
        var told: [NodeID: UInt64] = [:]
        var claims: [PrimaryClaim] = []
        /// The ranges of the highest epoch seen.
        var newest = NodeObservation(isServing: false, epoch: 0, ranges: nil)
        var tallies: [NodeID: NodeTally] = [:]
        /// Every node's figures are wanted from this moment on.
        var figuresWantedAt: UInt64 = 0
        var isStopped = false
        var isFinished = false
    }

    /// While nothing is served every millisecond counts; afterwards a fault may see a view this old.
    private static let eagerPause: UInt64 = 3_000_000
    private static let calmPause: UInt64 = 50_000_000
    private static let patience = Duration.milliseconds(150)
    /// What a run comes to that changes its map all the time; beyond it no more is kept.
    private static let mostClaims = 200_000
    /// What a process did after its figures were read is unknown once it has ended.
    private static let figuresPause: UInt64 = 500_000_000

    init(system: any SystemUnderTest, places: [NodeID: FabricPlace]) {
        self.system = system
        self.places = places
        state = Mutex(State())
    }

    /// Starts to ask those nodes that `running` names.
    func start(running: @escaping @Sendable () -> [NodeID]) {
        runOnOwnThread {
            var clients: [NodeID: NodeClient] = [:]
            while !self.state.withLock({ $0.isStopped }) {
                let nodes = running().sorted()
                for node in nodes { self.look(at: node, &clients) }
                self.forget(except: nodes, &clients)
                let isCalm = self.servingNodes.count == nodes.count
                ordeal_sleep_until(
                    ordeal_monotonic_nanoseconds() + (isCalm ? Self.calmPause : Self.eagerPause)
                )
            }
            self.state.withLock { $0.isFinished = true }
        }
    }

    /// Ends the thread, after at most one round of questions.
    func stop() async {
        state.withLock { $0.isStopped = true }
        _ = await eventually(within: .seconds(5)) {
            self.state.withLock { $0.isFinished } ? true : nil
        }
    }

    /// The nodes that said, when last asked, that every key is served.
    var servingNodes: [NodeID] {
        state.withLock { state in
            state.observations.filter { $0.value.isServing }.keys.sorted()
        }
    }

    /// The nodes that said, when last asked, that every replica of what they lead follows.
    var replicatedNodes: [NodeID] {
        state.withLock { state in
            state.observations.filter { $0.value.isServing && $0.value.isReplicated }.keys.sorted()
        }
    }

    /// The nodes that said, when last asked, that no shard is on its way to another node.
    var settledNodes: [NodeID] {
        state.withLock { state in
            state.observations.filter { $0.value.isSettled }.keys.sorted()
        }
    }

    /// What every node has done, of those that answer as of now.
    func tallies(of nodes: [NodeID], within bound: Duration) async -> [NodeID: NodeTally] {
        let now = ordeal_monotonic_nanoseconds()
        state.withLock { $0.figuresWantedAt = now }
        _ = await eventually(within: bound) {
            self.state.withLock { state in
                nodes.allSatisfy { (state.tallies[$0]?.askedAt ?? 0) >= now } ? true : nil
            }
        }
        return state.withLock { $0.tallies }
    }

    /// What the best informed node said last.
    var newest: NodeObservation { state.withLock { $0.newest } }

    /// What every node that answers said last.
    var observations: [NodeID: NodeObservation] { state.withLock { $0.observations } }

    private func look(at node: NodeID, _ clients: inout [NodeID: NodeClient]) {
        guard let place = places[node] else { return }
        do throws(NodeClientError) {
            let client = try client(of: place, known: clients[node])
            clients[node] = client
            let known = state.withLock { $0.told[node] }
            let observation = try system.observe(client, knownEpoch: known)
            state.withLock { state in
                state.observations[node] = observation
                if observation.ranges != nil {
                    state.told[node] = observation.epoch
                    state.note(claims(of: node, at: place, observation), limit: Self.mostClaims)
                }
                guard observation.ranges != nil, observation.epoch >= state.newest.epoch
                else { return }
                state.newest = observation
            }
            try count(client, of: node, calls: observation.ranges == nil ? 1 : 2)
        } catch {
            clients[node] = nil
            state.withLock { state in
                state.observations[node] = nil
                state.told[node] = nil
            }
        }
    }

    /// Which shards the node says that it leads itself.
    private func claims(
        of node: NodeID,
        at place: FabricPlace,
        _ observation: NodeObservation
    ) -> [PrimaryClaim] {
        guard observation.isExact, let ranges = observation.ranges else { return [] }
        let itself = SlotHolder(host: place.host, port: Int(place.port))
        let now = ordeal_monotonic_nanoseconds()
        return ranges.filter { $0.primary == itself && $0.firstSlot <= $0.lastSlot }.map { range in
            PrimaryClaim(
                node: node,
                epoch: observation.epoch,
                slots: range.firstSlot...range.lastSlot,
                at: now
            )
        }
    }

    /// Every claim that a node made to lead some slots, as far as it was asked in time.
    var claims: [PrimaryClaim] { state.withLock { $0.claims } }

    /// Adds up what a node's processes tell of their work, now and then.
    private func count(
        _ client: NodeClient,
        of node: NodeID,
        calls: Int
    ) throws(NodeClientError) {
        let now = ordeal_monotonic_nanoseconds()
        let isDue = state.withLock { state in
            var tally = state.tallies[node] ?? NodeTally()
            tally.ownCalls += calls
            state.tallies[node] = tally
            return tally.askedAt < max(state.figuresWantedAt, now - min(now, Self.figuresPause))
        }
        guard isDue, let figures = try system.figures(client) else { return }
        state.withLock { $0.tallies[node]?.note(figures, at: now) }
    }

    private func client(
        of place: FabricPlace,
        known: NodeClient?
    ) throws(NodeClientError) -> NodeClient {
        if let known { return known }
        return try NodeClient(host: place.host, port: place.port, limit: Self.patience)
    }

    private func forget(except nodes: [NodeID], _ clients: inout [NodeID: NodeClient]) {
        for node in places.keys where !nodes.contains(node) {
            clients[node] = nil
            state.withLock { state in
                state.observations[node] = nil
                state.told[node] = nil
            }
        }
    }
}

extension ClusterObserver.State {
    fileprivate mutating func note(_ new: [PrimaryClaim], limit: Int) {
        claims += new.prefix(max(0, limit - claims.count))
    }
}

/// That a node takes itself to be the primary of some slots in a version of the map.
public struct PrimaryClaim: Sendable, Hashable {
    public var node: NodeID
    public var epoch: UInt64
    public var slots: ClosedRange<Int>
    /// CLOCK_MONOTONIC, in nanoseconds.
    public var at: UInt64
}
