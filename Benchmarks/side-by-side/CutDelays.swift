import ArgumentParser
import Clusters
import Determinism
import Faults
import FoundationEssentials
import Glibc
import Topology

/// How late cuts are applied and healed, while every core has something else to do.
struct CutDelays {
    var count: Int

    private static let bar = 10.0

    func rows() throws(ClusterError) -> [Row] {
        if let refusal = Enclosure.namespaces.refusal { throw refusal }
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let command = try Enclosure.namespaces.command([
            try Executables.own("side-by-side"), "cuts", "--count", "\(count)", "--directory",
            directory,
        ])
        let delays = try decoded(
            Cuts.Delays.self,
            output(of: command[0], Array(command.dropFirst()))
        )
        let share = delays.dropping
        say("\(count) cuts of all links to one of 3 nodes; \(share) of them dropped packets")
        return [
            row("cut applied", delays.cuts, bar: .atMost(Self.bar)),
            row("cut healed", delays.heals),
        ]
    }

    private func row(_ what: String, _ delays: [Double], bar: Row.Bar? = nil) -> Row {
        let sample = Sample(delays)
        return Row(
            what: "\(what) after its time, p99, ms",
            ours: sample.text(digits: 2),
            judged: sample.quantile(0.99),
            bar: bar
        )
    }
}

/// Carries the cuts out, inside an enclosure.
struct Cuts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Time cuts; needs an enclosure.",
        shouldDisplay: false
    )

    @Option var count: Int
    @Option var directory: String

    /// Milliseconds after the scheduled time.
    struct Delays: Codable {
        var cuts: [Double]
        var heals: [Double]
        /// How many cuts were seen to drop packets.
        var dropping: Int
    }

    private static let lead = Duration.milliseconds(50)
    private static let spacing = Duration.milliseconds(100)
    private static let length = Duration.milliseconds(60)

    func run() async throws {
        let cluster = try await FabricCluster(
            nodes: 3,
            replication: "quorum",
            durability: "memory",
            directory: directory
        )
        do {
            _ = try await cluster.start(since: monotonicNanoseconds())
            let delays = try await delays(in: cluster.cluster)
            await cluster.stop()
            let line = try JSONEncoder().encode(delays)
            say(String(decoding: line, as: UTF8.self))
        } catch {
            await cluster.stop()
            throw error
        }
    }

    private func delays(in cluster: Cluster) async throws -> Delays {
        let fields = FaultFields(
            target: .node(NodeID(2)),
            shape: "one-way",
            duration: Self.length
        )
        let cut = try Partition(fields: fields)
        let schedule = FaultSchedule(
            (0..<count).map { (Self.lead + Self.spacing * $0, cut) },
            seed: Seed(1)
        )
        let loops = try busyLoops()
        defer { for loop in loops { loop.signal(SIGKILL) } }
        let actuator = ClusterActuator(cluster)
        await actuator.run(schedule, from: monotonicNanoseconds())
        await actuator.healEverything()
        let records = actuator.records
        var delays = Delays(cuts: [], heals: [], dropping: 0)
        for record in records {
            guard record.problems.isEmpty, let applied = record.appliedAt,
                let healed = record.healedAt, let due = record.healScheduledAt
            else {
                throw ClusterError.system(
                    what: "a cut",
                    why: record.problems.joined(separator: "; ")
                )
            }
            delays.cuts.append(Double(Int64(applied) - Int64(record.scheduledAt)) / 1e6)
            delays.heals.append(Double(Int64(healed) - Int64(due)) / 1e6)
            if record.hasEvidence { delays.dropping += 1 }
        }
        return delays
    }

    /// One for each core.
    private func busyLoops() throws(ClusterError) -> [ChildProcess] {
        let null = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        var loops: [ChildProcess] = []
        for _ in 0..<sysconf(CInt(_SC_NPROCESSORS_ONLN)) {
            loops.append(
                try ChildProcess.start(
                    "/bin/sh",
                    ["-c", "while :; do :; done"],
                    streams: .init(input: null, output: null, error: null)
                )
            )
        }
        return loops
    }
}
