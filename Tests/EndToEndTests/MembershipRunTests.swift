import Foundation
import Testing

/// Nodes that come and go while a run measures.
@Suite(.serialized) struct MembershipRunTests {
    private func plan(_ faults: String) -> String {
        """
        plan: membership
        seed: 3
        fabric: loopback
        convergence: 60s
        system: { kind: keel, nodes: 4, replicas: 3, shards: 64, replication: quorum }
        workload:
          kind: ycsb-a
          records: 5000
          valueBytes: 200
          clients: 4
          load: { open: 300/s }
          warmup: 500ms
          measure: 8s
          timeout: 4s
        faults: [\(faults)]

        """
    }

    private func figures(
        _ faults: String
    ) throws -> (movement: [String: Any], balance: [String: Any]) {
        var found: [String: Any] = [:]
        try withRun(of: plan(faults)) { command, aftermath in
            #expect(command.code == 0, "\(command.errors)\(command.output)")
            let json = try JSONSerialization.jsonObject(with: Data(command.output.utf8))
            let cells = (json as? [String: Any])?["cells"] as? [[String: Any]]
            found = try #require(cells?.first)
            // Of a planned move clients see redirections, and no error.
            let text = aftermath.text("trials/0001-single/trial.json")
            let trial = try JSONSerialization.jsonObject(with: Data(text.utf8))
            let counts = (trial as? [String: Any])?["operations"] as? [String: Any]
            #expect(counts?["failed"] as? Int == 0)
            #expect(counts?["unknown"] as? Int == 0)
            #expect((counts?["ok"] as? Int).map { $0 > 2_000 } == true)
        }
        let movement = try #require(found["movement"] as? [String: Any])
        return (movement, try #require(found["balance"] as? [String: Any]))
    }

    @Test func `a replacement moves what the other node held, and the report says so`() throws {
        let (movement, balance) = try figures(
            "{ at: 1s, fault: node-replace, target: { node: 2 } }"
        )
        #expect(movement["shardRatio"] as? Double == 1)
        let bytes = try #require(movement["byteRatio"] as? Double)
        #expect(bytes > 0.9 && bytes < 1.25)
        for name in ["operationsPeak", "bytesPeak"] {
            let peak = try #require(balance[name] as? Double)
            #expect(peak >= 1 && peak < 2.5, "\(name)")
        }
    }

    @Test func `a node joins and another one leaves`() throws {
        let (movement, _) = try figures(
            "{ at: 1s, fault: node-join }, { at: 4s, fault: node-leave, target: { node: 3 } }"
        )
        let shards = try #require(movement["shardRatio"] as? Double)
        #expect(shards > 0.5 && shards < 1.5)
    }
}
