public import Histories
internal import NIOCore
internal import NIOPosix

/// Why probes cannot begin.
public enum ProberError: Error, Equatable, CustomStringConvertible {
    /// No node said who serves what, in time.
    case noMap

    public var description: String { "no node answered CLUSTER SLOTS with a map of the nodes" }
}

/// Asks the cluster the same fresh question again and again, whatever became of the earlier ones.
///
/// For each initial primary one key; every 20 ms a write of that key is sent, on a connection that
/// waits for nothing else. So an outage has the length that a new request sees, where the clients
/// of a closed loop are stuck behind their old ones.
public final class Prober: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let engine: NIOLoopBound<ProbeEngine>

    /// Asks the nodes for the map and begins.
    ///
    /// Whoever starts a prober stops it. `timeout` bounds one probe.
    public static func start(
        nodes: [ClusterNode],
        interval: Duration = .milliseconds(20),
        timeout: Duration = .seconds(1),
        patience: Duration = .seconds(5)
    ) async throws -> Prober {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let map = try await Self.firstMap(nodes, on: group.next(), patience: patience)
            let targets = ProbeTarget.targets(of: nodes, in: map)
            guard !targets.isEmpty else { throw ProberError.noMap }
            let loop = group.next()
            let engine = try await loop.submit {
                let engine = ProbeEngine(
                    targets: targets,
                    endpoints: nodes.map(\.endpoint),
                    map: map,
                    interval: interval.nanoseconds,
                    timeout: timeout.nanoseconds,
                    loop: loop
                )
                engine.start()
                return NIOLoopBound(engine, eventLoop: loop)
            }.get()
            return Prober(group: group, engine: engine)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private init(group: MultiThreadedEventLoopGroup, engine: NIOLoopBound<ProbeEngine>) {
        self.group = group
        self.engine = engine
    }

    /// Every probe so far that has ended, in the order of their ends.
    public func samples() async throws -> [ProbeSample] {
        try await group.next().submit { self.engine.value.samples }.get()
    }

    /// Ends the probing; the samples come in the order in which they were sent.
    ///
    /// Probes still under way are unknown.
    public func stop() async -> [ProbeSample] {
        let samples = try? await group.next().submit { self.engine.value.stop() }.get()
        try? await group.shutdownGracefully()
        return (samples ?? []).sorted {
            ($0.sentAt, $0.initialPrimary) < ($1.sentAt, $1.initialPrimary)
        }
    }

    private static func firstMap(
        _ nodes: [ClusterNode],
        on loop: any EventLoop,
        patience: Duration
    ) async throws -> [SlotRange] {
        let deadline = ContinuousClock.now + patience
        repeat {
            for node in nodes {
                let map = try? await OneCommand.clusterSlots(
                    of: node.endpoint,
                    on: loop,
                    timeout: .milliseconds(500)
                ).get()
                if let map, !map.isEmpty { return map }
            }
            try await Task.sleep(for: .milliseconds(50))
        } while ContinuousClock.now < deadline
        throw ProberError.noMap
    }
}
