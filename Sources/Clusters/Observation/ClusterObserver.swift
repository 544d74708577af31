internal import CSystemCalls
internal import Faults
import Glibc
internal import Synchronization
internal import Topology

/// Keeps asking every node what it knows of the cluster, on a thread of its own.
///
/// So whoever has to know at a given moment never waits for the network.
final class ClusterObserver: Sendable {
    private let system: any SystemUnderTest
    private let places: [NodeID: FabricPlace]
    private let state: Mutex<State>

    private struct State {
        var observations: [NodeID: NodeObservation] = [:]
        /// The ranges of the highest epoch seen.
        var newest = NodeObservation(isServing: false, epoch: 0, ranges: nil)
        var isStopped = false
        var isFinished = false
    }

    /// While nothing is served every millisecond counts; afterwards a fault may see a view this old.
    private static let eagerPause: UInt64 = 3_000_000
    private static let calmPause: UInt64 = 50_000_000
    private static let patience = Duration.milliseconds(150)

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
                let isCalm = self.servingNodes.count == self.places.count
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

    /// What the best informed node said last.
    var newest: NodeObservation { state.withLock { $0.newest } }

    /// What every node that answers said last.
    var observations: [NodeID: NodeObservation] { state.withLock { $0.observations } }

    private func look(at node: NodeID, _ clients: inout [NodeID: NodeClient]) {
        guard let place = places[node] else { return }
        do throws(NodeClientError) {
            let client = try client(of: place, known: clients[node])
            clients[node] = client
            let known = state.withLock { $0.newest }
            let observation = try system.observe(
                client,
                knownEpoch: known.ranges == nil ? nil : known.epoch
            )
            state.withLock { state in
                state.observations[node] = observation
                guard observation.ranges != nil, observation.epoch >= state.newest.epoch
                else { return }
                state.newest = observation
            }
        } catch {
            clients[node] = nil
            state.withLock { $0.observations[node] = nil }
        }
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
            state.withLock { $0.observations[node] = nil }
        }
    }
}
