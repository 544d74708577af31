public import Histories
internal import Sockets

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
    private let thread: LoopThread<ProbeHost>

    /// Asks the nodes for the map and begins.
    ///
    /// Whoever starts a prober stops it. `timeout` bounds one probe.
    public static func start(
        nodes: [ClusterNode],
        interval: Duration = .milliseconds(20),
        timeout: Duration = .seconds(1),
        patience: Duration = .seconds(5)
    ) async throws -> Prober {
        let thread = try await LoopThread.start(name: "probes") { ProbeHost(loop: $0) }
        let map = await Self.firstMap(nodes, on: thread, patience: patience)
        let targets = ProbeTarget.targets(of: nodes, in: map)
        guard !targets.isEmpty else {
            thread.post { $0.loop.stop() }
            throw ProberError.noMap
        }
        thread.post { host in
            let engine = ProbeEngine(
                targets: targets,
                endpoints: nodes.map(\.endpoint),
                map: map,
                interval: interval.nanoseconds,
                timeout: timeout.nanoseconds,
                dialler: Dialler(loop: host.loop)
            )
            host.engine = engine
            engine.start()
        }
        return Prober(thread: thread)
    }

    private init(thread: LoopThread<ProbeHost>) {
        self.thread = thread
    }

    /// Every probe so far that has ended, in the order of their ends.
    public func samples() async throws -> [ProbeSample] {
        await thread.ask { $0.engine?.samples ?? [] }
    }

    /// Ends the probing; the samples come in the order in which they were sent.
    ///
    /// Probes still under way are unknown.
    public func stop() async -> [ProbeSample] {
        let samples = await thread.ask { host in
            host.loop.stop()
            return host.engine?.stop() ?? []
        }
        return samples.sorted {
            ($0.sentAt, $0.initialPrimary) < ($1.sentAt, $1.initialPrimary)
        }
    }

    /// Empty where no node said one in time.
    private static func firstMap(
        _ nodes: [ClusterNode],
        on thread: LoopThread<ProbeHost>,
        patience: Duration
    ) async -> [SlotRange] {
        let deadline = ContinuousClock.now + patience
        repeat {
            for node in nodes {
                let map = await withCheckedContinuation { done in
                    thread.post { host in
                        OneCommand.clusterSlots(
                            of: node.endpoint,
                            over: Dialler(loop: host.loop),
                            timeout: 500_000_000
                        ) { answer in
                            done.resume(returning: (try? answer.get()) ?? [])
                        }
                    }
                }
                if !map.isEmpty { return map }
            }
            try? await Task.sleep(for: .milliseconds(50))
        } while ContinuousClock.now < deadline && !Task.isCancelled
        return []
    }
}

/// What lives on the loop of the probes.
private final class ProbeHost {
    let loop: SocketLoop
    var engine: ProbeEngine?

    init(loop: SocketLoop) {
        self.loop = loop
    }
}
