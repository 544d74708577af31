import Histories
import Sockets
import Testing

@testable import LoadGeneration

@Suite(.serialized) struct ProberTests {
    @Test func `each initial primary has one key in its own slots`() {
        let nodes = (1...3).map {
            ClusterNode(number: $0, endpoint: Endpoint(host: "10.0.0.\($0)", port: 6379))
        }
        let ranges = [
            SlotRange(slots: 0...99, primary: nodes[0].endpoint, replicas: []),
            SlotRange(slots: 100...16_383, primary: nodes[2].endpoint, replicas: []),
        ]
        let targets = ProbeTarget.targets(of: nodes, in: ranges)
        #expect(targets.map(\.initialPrimary) == [1, 3])
        for target in targets { #expect(slot(of: target.key) == target.slot) }
        #expect(targets[0].slot < 100 && targets[1].slot >= 100)
    }

    @Test func `an outage is as long as fresh requests find it`() async throws {
        try await withNodes(2) { nodes in
            try await outage(of: nodes[0], besides: nodes[1])
        }
    }

    private func outage(of old: ScriptedNode, besides new: ScriptedNode) async throws {
        let halves = [
            SlotRange(slots: 0...8191, primary: old.endpoint, replicas: []),
            SlotRange(slots: 8192...16_383, primary: new.endpoint, replicas: []),
        ]
        old.with { $0.map = halves }
        new.with { $0.map = halves }
        let prober = try await Prober.start(
            nodes: [
                ClusterNode(number: 1, endpoint: old.endpoint),
                ClusterNode(number: 2, endpoint: new.endpoint),
            ]
        )
        try await eventually("both keys were written") {
            let samples = try await prober.samples()
            return Set(samples.filter { $0.outcome == .ok }.map(\.initialPrimary)).count == 2
        }
        let cut = monotonicNow()
        old.set(.paused)
        try await letPass(.milliseconds(300))
        let moved = monotonicNow()
        let whole = [SlotRange(slots: 0...16_383, primary: new.endpoint, replicas: [])]
        new.with { $0.map = whole }
        try await eventually("the first key is written again") {
            firstSuccess(after: cut, in: try await prober.samples()) != nil
        }
        let samples = await prober.stop()
        let back = firstSuccess(after: cut, in: samples)
        #expect(back.map { $0.completedAt > moved } == true)
        #expect(back.map { $0.completedAt - moved < 250_000_000 } == true)
        // The other key never noticed, and the stuck questions have no answer.
        let other = samples.filter { $0.initialPrimary == 2 }
        #expect(other.allSatisfy { $0.outcome == .ok || $0.sentAt > moved })
        #expect(samples.filter { $0.outcome == .unknown }.count > 10)
        #expect(samples.allSatisfy { $0.completedAt >= $0.sentAt })
        #expect(samples.map(\.sentAt) == samples.map(\.sentAt).sorted())
    }

    private func firstSuccess(after time: Int64, in samples: [ProbeSample]) -> ProbeSample? {
        samples.first { $0.initialPrimary == 1 && $0.outcome == .ok && $0.sentAt > time }
    }

    @Test func `a redirection is followed within the probe, a refusal is a failure`() async throws {
        try await withNodes(2) { nodes in
            let (old, new) = (nodes[0], nodes[1])
            let endpoint = new.endpoint
            let prober = try await Prober.start(
                nodes: [ClusterNode(number: 1, endpoint: old.endpoint)]
            )
            old.with {
                $0.serves = 0...0
                $0.map = [SlotRange(slots: 0...16_383, primary: endpoint, replicas: [])]
            }
            try await eventually("the new primary has the key") { new.with { $0.store.count == 1 } }
            new.set(.error("CLUSTERDOWN The cluster is down"))
            try await eventually("probes fail") {
                try await prober.samples().contains { $0.outcome == .failed }
            }
            await new.stop()
            let samples = await prober.stop()
            #expect(samples.contains { $0.outcome == .ok })
        }
    }

    @Test func `without a map no probe begins`() async throws {
        try await withNodes(1) { nodes in
            nodes[0].with { $0.map = [] }
            await #expect(throws: ProberError.noMap) {
                _ = try await Prober.start(
                    nodes: [ClusterNode(number: 1, endpoint: nodes[0].endpoint)],
                    patience: .milliseconds(60)
                )
            }
        }
    }
}
