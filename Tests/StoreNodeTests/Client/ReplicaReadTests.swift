import RESP
import StoreNode
import Testing

/// Reads from backups: as old as the bound allows, and not older.
@Suite(.serialized) struct ReplicaReadTests {
    private func text(_ value: String) -> RESPValue { .bulk(Array(value.utf8)) }

    private func isRefused(_ reply: RESPValue) -> Bool {
        guard case .error(let text) = reply else { return false }
        return text.hasPrefix("MOVED ") || text.hasPrefix("CLUSTERDOWN ")
    }

    /// A key that the node at `port` is no primary of, written with the value `v`.
    private func foreignKey(_ port: Int, _ ports: [Int]) throws -> String {
        let clients = try ports.map { try BlockingClient(port: $0) }
        let key = try (0..<100).lazy.map { "k\($0)" }.first { key in
            let replies = try clients.map { try $0.call("SET", key, "v") }
            return replies.firstIndex(of: .simpleString("OK")) != ports.firstIndex(of: port)
        }
        return try #require(key)
    }

    @Test func `a backup answers whoever allows it, and says how old its copy may be`() throws {
        try withRunningCluster(replication: "quorum") { cluster in
            let key = try foreignKey(cluster.ports[0], cluster.ports)
            let client = try BlockingClient(port: cluster.ports[0])
            for words in [["READONLY"], ["CLIENT", "READS", "replica"]] {
                #expect(isRefused(try client.call("GET", key)))
                #expect(try client.call(words) == .simpleString("OK"))
                try eventually("the backup has the write") {
                    try client.call("GET", key) == text("v")
                }
                let age = try #require(try client.call("CLUSTER", "AGE", key).integer)
                #expect((0...1_000).contains(age), "\(words)")
                #expect(try client.call("CLIENT", "READS", "primary") == .simpleString("OK"))
            }
            let information = try client.call("INFO", "replication").text ?? ""
            #expect(information.contains("replica_read_bound_ms:1000"))
            #expect(!information.contains("replica_reads:0"))
        }
    }

    @Test func `a backup that hears nothing grows older, and then answers nobody any more`() throws
    {
        try withRunningCluster(replication: "quorum") { cluster in
            let key = try foreignKey(cluster.ports[0], cluster.ports)
            let client = try BlockingClient(port: cluster.ports[0])
            #expect(try client.call("READONLY") == .simpleString("OK"))
            try eventually("the backup has the write") {
                try client.call("GET", key) == text("v")
            }
            try cluster.keep(1)
            var ages: [Int] = []
            try eventually("the copy is older than the bound") {
                ages.append(try client.call("CLUSTER", "AGE", key).integer ?? 0)
                return ages.last.map { $0 > 1_000 } == true
            }
            #expect(isRefused(try client.call("GET", key)))
            let last = ages.last ?? 0
            try eventually("it grows older still") {
                try client.call("CLUSTER", "AGE", key).integer ?? 0 > last
            }
            let information = try client.call("INFO", "replication").text ?? ""
            #expect(!information.contains("replica_reads_too_old:0"))
        }
    }

    @Test func `what is older than the bound is the primary's to answer`() throws {
        try withRunningCluster(replication: "quorum", replicaReadBound: 0) { cluster in
            let key = try foreignKey(cluster.ports[0], cluster.ports)
            let client = try BlockingClient(port: cluster.ports[0])
            #expect(try client.call("READONLY") == .simpleString("OK"))
            for _ in 0..<20 {
                guard case .error(let text) = try client.call("GET", key) else {
                    Issue.record("a copy is never of this very moment")
                    return
                }
                #expect(text.hasPrefix("MOVED "))
            }
        }
    }
}
