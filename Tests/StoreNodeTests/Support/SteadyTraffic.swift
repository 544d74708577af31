import Foundation
import RESP

/// Writes to keys of many shards, one after the other, on a thread of its own, until it is stopped.
final class SteadyTraffic {
    struct Tally: Sendable {
        var count = 0
        var failures: [String] = []
        var isStopped = false
        var isOver = false
        /// The slowest request, in milliseconds.
        var slowest = 0.0
    }

    private let tally = Shared(Tally())

    init(ports: [Int]) {
        let tally = tally
        Thread.detachNewThread {
            var clients: [Int: BlockingClient] = [:]
            var owners = [Int](repeating: ports[0], count: 64)
            while !tally.value.isStopped {
                for key in owners.indices {
                    let start = DispatchTime.now().uptimeNanoseconds
                    let failure = Self.write(key, &owners[key], &clients)
                    let took = Double(DispatchTime.now().uptimeNanoseconds - start) / 1_000_000
                    tally.change { tally in
                        tally.count += 1
                        tally.slowest = max(tally.slowest, took)
                        if let failure { tally.failures.append(failure) }
                    }
                    pause(milliseconds: 1)
                }
            }
            tally.change { $0.isOver = true }
        }
    }

    var value: Tally { tally.value }

    /// Ends the thread and says how it went.
    func stop() -> Tally {
        tally.change { $0.isStopped = true }
        _ = comesTrue { tally.value.isOver }
        return tally.value
    }

    /// Why the write failed; nil where it did not.
    private static func write(
        _ key: Int,
        _ owner: inout Int,
        _ clients: inout [Int: BlockingClient]
    ) -> String? {
        do {
            for _ in 0..<3 {
                let client = try clients[owner] ?? BlockingClient(port: owner)
                clients[owner] = client
                let reply = try client.call("SET", "key-\(key)", "v")
                if reply == .simpleString("OK") { return nil }
                guard case .error(let text) = reply, text.hasPrefix("MOVED "),
                    let port = text.split(separator: ":").last.flatMap({ Int($0) })
                else { return "\(reply)" }
                owner = port
            }
            return "moved on and on"
        } catch {
            clients[owner] = nil
            return "\(error)"
        }
    }
}
