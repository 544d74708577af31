import ArgumentParser
import Clusters
import FoundationEssentials
import Glibc
import RESP

/// How long a cluster takes from nothing to its first acknowledged write.
///
/// Every launch is a process in an enclosure of its own, which is part of what is timed.
struct LaunchTimes {
    var launches: Int

    private static let bar = 400.0
    private static let nodeCount = 3

    private struct Kind {
        var replication: String
        var durability: String
    }

    private static let kinds = [
        Kind(replication: "quorum", durability: "memory"),
        Kind(replication: "quorum", durability: "log-everysec"),
    ]

    func rows() throws(ClusterError) -> [Row] {
        if let refusal = Enclosure.namespaces.refusal { throw refusal }
        say("\(launches) launches of \(Self.nodeCount) nodes and a coordinator, by turns")
        var times = Array(repeating: [Launch.Times](), count: Self.kinds.count)
        for launch in 0...launches {
            for (number, kind) in Self.kinds.enumerated() {
                let measured = try time(kind)
                // The first has brought the programs into memory.
                if launch > 0 { times[number].append(measured) }
            }
        }
        return zip(Self.kinds, times).flatMap { kind, times in rows(of: kind, times) }
    }

    private func rows(of kind: Kind, _ times: [Launch.Times]) -> [Row] {
        func row(
            _ what: String,
            _ time: (Launch.Times) -> Double,
            bar: Row.Bar? = nil
        ) -> Row {
            let sample = Sample(times.map(time))
            return Row(
                what: "\(kind.replication), \(kind.durability): \(what), ms",
                ours: sample.text(digits: 0),
                judged: sample.median,
                digits: 0,
                bar: bar
            )
        }
        return [
            row("enclosed", { $0.enclosed }),
            row("fabric built", { $0.built }),
            row("first acknowledged write", { $0.acknowledged }, bar: .atMost(Self.bar)),
            row("every key served, as every node says", { $0.serving }),
        ]
    }

    private func time(_ kind: Kind) throws(ClusterError) -> Launch.Times {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let command = try Enclosure.namespaces.command([
            try Executables.own("side-by-side"), "launch", "--nodes", "\(Self.nodeCount)",
            "--replication", kind.replication, "--durability", kind.durability,
            "--directory", directory, "--began", "\(monotonicNanoseconds())",
        ])
        return try decoded(
            Launch.Times.self,
            output(of: command[0], Array(command.dropFirst()))
        )
    }
}

/// One launch, inside its enclosure.
struct Launch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Time one launch; needs an enclosure.",
        shouldDisplay: false
    )

    @Option var nodes: Int
    @Option var replication: String
    @Option var durability: String
    /// Where data and logs go.
    @Option var directory: String
    /// Nanoseconds of CLOCK_MONOTONIC.
    @Option var began: UInt64

    /// Milliseconds since the launch began.
    struct Times: Codable, Sendable {
        var enclosed = 0.0
        var built = 0.0
        var acknowledged = 0.0
        var serving = 0.0
    }

    func run() async throws {
        let began = began
        var times = Times()
        times.enclosed = milliseconds(since: began)
        let cluster = try await FabricCluster(
            nodes: nodes,
            replication: replication,
            durability: durability,
            directory: directory
        )
        times.built = milliseconds(since: began)
        let addresses = cluster.cluster.addresses.map { ($0.host, $0.port) }
        do {
            async let acknowledged = firstAcknowledgedWrite(at: addresses, since: began)
            async let serving = cluster.start(since: began)
            (times.acknowledged, times.serving) = try await (acknowledged, serving)
        } catch {
            await cluster.stop()
            throw error
        }
        await cluster.stop()
        let line = try JSONEncoder().encode(times)
        say(String(decoding: line, as: UTF8.self))
    }
}

/// Asks every node in turn to store a key until one does; milliseconds since `began`.
@concurrent
private func firstAcknowledgedWrite(
    at addresses: [(host: String, port: UInt16)],
    since began: UInt64
) async throws -> Double {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
        for (host, port) in addresses {
            let client = try? NodeClient(host: host, port: port, limit: .milliseconds(300))
            let reply = try? client?.call("SET", "first", "1")
            if reply == .simpleString("OK") { return milliseconds(since: began) }
        }
        usleep(500)
    }
    throw ClusterError.tooLate(what: "an acknowledged write", bound: .seconds(10), seen: [])
}
