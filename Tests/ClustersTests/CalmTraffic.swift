import Clusters
import Foundation
import RESP
import Synchronization
import Testing

/// Writes to keys of several primaries, one after the other, on a thread of its own, and forgives nothing:
/// an error, a silence and another primary than in the beginning are failures.
final class CalmTraffic: Sendable {
    struct Tally: Sendable {
        var count = 0
        var failures: [String] = []
        var isStopped = false
        var isOver = false
    }

    private let tally = Mutex(Tally())

    init(_ cluster: Cluster) throws {
        let limit = Duration.seconds(2)
        var owners: [(key: String, client: NodeClient)] = []
        for address in cluster.addresses {
            let client = try NodeClient(host: address.host, port: address.port, limit: limit)
            for number in 0..<24 {
                let key = "calm-\(number)"
                guard try client.call("SET", key, "first") == .simpleString("OK") else { continue }
                owners.append((key, client))
            }
        }
        try #require(owners.count == 24, "not every key has one primary")
        nonisolated(unsafe) let keys = owners
        Thread.detachNewThread { [self] in unsafe run(keys) }
    }

    var value: Tally { tally.withLock { $0 } }

    /// Ends the thread and says how it went.
    func stop() async -> Tally {
        tally.withLock { $0.isStopped = true }
        await becomesTrue("the traffic ends") { value.isOver }
        return value
    }

    private func run(_ keys: [(key: String, client: NodeClient)]) {
        while !value.isStopped {
            for (key, client) in keys {
                let failure = Self.write(key, over: client)
                tally.withLock { tally in
                    tally.count += 1
                    if let failure, tally.failures.count < 10 { tally.failures.append(failure) }
                }
                letPass(microseconds: 500)
            }
        }
        tally.withLock { $0.isOver = true }
    }

    /// Why the write failed; nil where it did not.
    private static func write(_ key: String, over client: NodeClient) -> String? {
        do {
            let reply = try client.call("SET", key, "value")
            return reply == .simpleString("OK") ? nil : "\(key): \(reply)"
        } catch {
            return "\(key): \(error)"
        }
    }
}
