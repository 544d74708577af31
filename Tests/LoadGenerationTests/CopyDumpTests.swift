import Testing
import Workloads

@testable import LoadGeneration

/// Keys of any kind, as every replica has them.
@Suite(.serialized) struct CopyDumpTests {
    @Test func `lists that are equal everywhere are settled, and tell what they hold`() async throws
    {
        try await withReplicas(AppendWorkload()) { nodes, dump in
            for node in nodes { node.with { $0.lists["k"] = [Array("1".utf8), Array("23".utf8)] } }
            let outcome = try await dump.read(["k", "empty"], settleWithin: .zero)
            #expect(outcome.isSettled && outcome.isMapComplete)
            #expect(outcome.copies == 6 && outcome.unreadCopies == 0)
            let copies = outcome.keys[0].copies
            #expect(copies.map(\.node) == [1, 2, 3])
            #expect(copies.map(\.isPrimary) == [true, false, false])
            guard case .held(_, let text) = copies[0].content else {
                Issue.record("\(copies)")
                return
            }
            #expect(text == "2 elements, the last 23")
            #expect(outcome.keys[1].copies.allSatisfy { $0.content == .absent })
        }
    }

    @Test func `a copy that lacks something is seen, wherever it lacks it`() async throws {
        try await withReplicas(AppendWorkload()) { nodes, dump in
            for node in nodes { node.with { $0.lists["k"] = [[1], [2], [3]] } }
            nodes[2].with { $0.lists["k"] = [[1], [3], [2]] }
            let outcome = try await dump.read(["k"], settleWithin: .milliseconds(30))
            #expect(!outcome.isSettled)
            let contents = outcome.keys[0].copies.map(\.content)
            #expect(contents[0] == contents[1] && contents[0] != contents[2])
        }
    }

    @Test func `a copy that catches up is waited for`() async throws {
        try await withReplicas(CounterWorkload()) { nodes, dump in
            nodes[0].with { $0.store["k"] = Array("7".utf8) }
            nodes[2].with { $0.store["k"] = Array("7".utf8) }
            async let reading = dump.read(["k"], settleWithin: .seconds(20))
            try await eventually("the key was read more than once") {
                nodes[1].with { $0.commands["GET", default: 0] > 2 }
            }
            nodes[1].with { $0.store["k"] = Array("7".utf8) }
            #expect(try await reading.isSettled)
        }
    }

    @Test func `a copy that is gone is unread, not absent`() async throws {
        try await withReplicas(CounterWorkload()) { nodes, dump in
            await nodes[1].stop()
            nodes[2].set(.error("ERR no"))
            let outcome = try await dump.read(["k"], settleWithin: .zero)
            #expect(outcome.keys[0].copies.map(\.content) == [.absent, .unread, .unread])
            #expect(outcome.unreadCopies == 2 && !outcome.isSettled)
        }
    }

    @Test func `keys that nobody serves are said`() async throws {
        try await withReplicas(CounterWorkload()) { nodes, dump in
            for node in nodes { node.with { $0.map = [] } }
            let outcome = try await dump.read(["k"], settleWithin: .zero)
            #expect(!outcome.isMapComplete && !outcome.isSettled)
        }
    }

    private func withReplicas(
        _ workload: any Workload,
        _ body: ([ScriptedNode], CopyDump) async throws -> Void
    ) async throws {
        try await withNodes(3) { nodes in
            let endpoints = nodes.map(\.endpoint)
            let map = [
                SlotRange(
                    slots: 0...16_383,
                    primary: endpoints[0],
                    replicas: Array(endpoints.dropFirst())
                )
            ]
            for node in nodes { node.with { $0.map = map } }
            let numbered = endpoints.enumerated().map {
                ClusterNode(number: $0.offset + 1, endpoint: $0.element)
            }
            var dump = CopyDump(nodes: numbered, workload: workload)
            dump.timeout = .seconds(1)
            dump.pause = .milliseconds(5)
            try await body(nodes, dump)
        }
    }
}
