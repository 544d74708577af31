import Histories
import Testing
import Workloads

@testable import LoadGeneration

@Suite(.serialized) struct ReplicaAuditTests {
    @Test func `every replica is read, and all agree`() async throws {
        try await withReplicas(3, keys: 5000) { nodes, audit in
            let (copies, summary) = try await read(audit, keys: 5000, within: .zero)
            #expect(summary.keys == 5000 && summary.copies == 15_000)
            #expect(summary.unreadCopies == 0 && summary.unsettledKeys == 0)
            #expect(summary.settledAfter != nil && summary.isMapComplete)
            #expect(copies.map(\.key) == Array(0..<5000))
            for key in copies {
                #expect(key.copies.map(\.node) == [1, 2, 3])
                #expect(key.copies.map(\.isPrimary) == [true, false, false])
                let stamp = WriteStamp(writer: 1, sequence: UInt32(key.key + 1))
                #expect(key.copies.allSatisfy { $0.value == .stamped(stamp) })
            }
        }
    }

    @Test func `an old, an absent and a garbled copy are seen for what they are`() async throws {
        try await withReplicas(3, keys: 10) { nodes, audit in
            nodes[1].with { $0.store[name(3)] = value(key: 3, sequence: 1) }
            nodes[1].with { $0.store[name(4)] = nil }
            nodes[2].with { $0.store[name(5)] = value(key: 6, sequence: 1) }
            let (copies, summary) = try await read(audit, keys: 10, within: .milliseconds(30))
            #expect(summary.unsettledKeys == 3 && summary.settledAfter == nil)
            let byKey = Dictionary(uniqueKeysWithValues: copies.map { ($0.key, $0.copies) })
            #expect(byKey[3]?[1].value == .stamped(WriteStamp(writer: 1, sequence: 1)))
            #expect(byKey[4]?[1].value == .absent)
            #expect(byKey[5]?[2].value == .garbage)
            #expect(copies.filter { !$0.isSettled }.map(\.key).sorted() == [3, 4, 5])
        }
    }

    @Test func `a replica that catches up is waited for`() async throws {
        try await withReplicas(2, keys: 10) { nodes, audit in
            nodes[1].with { $0.store[name(3)] = nil }
            async let reading = read(audit, keys: 10, within: .seconds(20))
            try await eventually("the key was found missing") {
                nodes[1].with { $0.commands["GET", default: 0] > 10 }
            }
            nodes[1].with { $0.store[name(3)] = value(key: 3, sequence: 4) }
            let (copies, summary) = try await reading
            #expect(summary.unsettledKeys == 0)
            #expect(copies.count == 10 && copies.allSatisfy(\.isSettled))
        }
    }

    @Test func `a replica that refuses or is gone is unread, not absent`() async throws {
        try await withReplicas(3, keys: 10) { nodes, audit in
            nodes[1].set(.error("ERR no"))
            await nodes[2].stop()
            let (copies, summary) = try await read(audit, keys: 10, within: .zero)
            #expect(summary.unreadCopies == 20 && summary.unsettledKeys == 10)
            #expect(copies.allSatisfy { $0.copies[1].value == .unread })
            #expect(copies.allSatisfy { $0.copies[2].value == .unread })
        }
    }

    @Test func `a silent replica costs its timeout and no more`() async throws {
        try await withReplicas(2, keys: 10) { nodes, audit in
            nodes[1].set(.paused)
            var audit = audit
            audit.timeout = .milliseconds(50)
            let (copies, summary) = try await read(audit, keys: 10, within: .zero)
            #expect(summary.unreadCopies == 10)
            #expect(copies.allSatisfy { $0.copies[0].value != .unread })
        }
    }

    @Test func `slots that nobody serves are said`() async throws {
        try await withReplicas(1, keys: 10) { nodes, audit in
            nodes[0].with { $0.map = [] }
            let (copies, summary) = try await read(audit, keys: 10, within: .zero)
            #expect(!summary.isMapComplete && summary.unsettledKeys == 10)
            #expect(copies.allSatisfy { $0.copies.isEmpty })
        }
    }

    @Test func `the written keys are those with a write`() {
        var ledger = KeyLedger(keys: OwnedKeys(first: 1, stride: 2, count: 5), writers: 0..<1)
        _ = ledger.issue(3)
        _ = ledger.issue(9)
        #expect(ReplicaAudit.writtenKeys(of: [ledger, ledger]) == [3, 9, 3, 9])
    }

    private func read(
        _ audit: ReplicaAudit,
        keys: Int,
        within bound: Duration
    ) async throws -> ([KeyCopies], ReplicaAudit.Summary) {
        var copies: [KeyCopies] = []
        let summary = try await audit.read(Array(0..<keys), settleWithin: bound) {
            copies.append($0)
        }
        return (copies, summary)
    }

    /// Nodes that all hold all keys; the first is the primary.
    private func withReplicas(
        _ count: Int,
        keys: Int,
        _ body: ([ScriptedNode], ReplicaAudit) async throws -> Void
    ) async throws {
        try await withNodes(count) { nodes in
            let endpoints = nodes.map(\.endpoint)
            let map = [
                SlotRange(
                    slots: 0...16_383,
                    primary: endpoints[0],
                    replicas: Array(endpoints.dropFirst())
                )
            ]
            for node in nodes {
                node.with { state in
                    state.map = map
                    for key in 0..<keys {
                        state.store[name(key)] = value(key: key, sequence: UInt32(key + 1))
                    }
                }
            }
            let numbered = endpoints.enumerated().map {
                ClusterNode(number: $0.offset + 1, endpoint: $0.element)
            }
            try await body(nodes, ReplicaAudit(nodes: numbered))
        }
    }
}

private func name(_ key: Int) -> String {
    String(decoding: KeyName.bytes(of: key), as: UTF8.self)
}

private func value(key: Int, sequence: UInt32) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 40)
    var span = bytes.mutableSpan
    WriteStamp(writer: 1, sequence: sequence).encode(key: key, into: &span)
    return bytes
}
