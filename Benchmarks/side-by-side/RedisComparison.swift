import Clusters
import FoundationEssentials

/// One Keel node against one Redis, both driven as hard as they can be.
struct RedisComparison {
    var rounds: Int
    /// Of one run.
    var seconds: Double
    /// Seconds to wait, over all runs, for moments in which the machine has nothing else to do.
    var patience: Double

    private static let connections = 50
    private static let keys = 100_000
    private static let valueSize = 100
    private static let warmUp = 0.5
    /// The share of a core that a run must have kept its server busy for.
    private static let saturation = 0.85
    /// How many times as many rounds to try where something else used the machine.
    private static let attempts = 3

    /// What one run gave.
    private struct Figures {
        var perOperation: Double
        var throughput: Double
        /// Cores that the server kept busy; far below 1 it was not what limited the run.
        var busyCores: Double
        var generatorPerOperation: Double

        /// Whether the server had a core of its own and used it up.
        var isSaturated: Bool { busyCores >= RedisComparison.saturation }
    }

    /// Two runs, one right after the other.
    private struct Pair {
        var keel: Figures
        var redis: Figures

        init(_ keel: Figures, _ redis: Figures) {
            self.keel = keel
            self.redis = redis
        }

        var isSaturated: Bool { keel.isSaturated && redis.isSaturated }
    }

    private struct Load: Hashable {
        var operation: String
        var pipeline: Int
        var name: String { "\(operation.uppercased()) P\(pipeline)" }
    }

    /// What `saturate` prints.
    private struct Saturation: Decodable {
        var operations: Double
        var seconds: Double
        var cpuSeconds: Double
        var misses: Int
    }

    func rows() async throws -> [Row] {
        let redisProgram = try Executables.tool("redis-server", package: "redis-server")
        let keelProgram = try Executables.own("keel")
        say(
            try output(of: redisProgram, ["--version"])
                + "\(Self.connections) connections, values of \(Self.valueSize) bytes, \(Self.keys) keys; "
                + "runs of \(decimal(seconds, 1)) s by turns, \(rounds) of each count"
        )
        let redis = try await Server("redis", program: redisProgram) { port in
            ["--bind", "127.0.0.1", "--port", "\(port)", "--save", "", "--appendonly", "no"]
        }
        let keel: Server
        do {
            keel = try await Server("keel", program: keelProgram) { port in
                ["node", "--standalone", "--durability", "memory"]
                    + ["--bind", "127.0.0.1", "--port", "\(port)"]
            }
        } catch {
            await redis.stop()
            throw error
        }
        let measured = Result { try measure(keel, redis) }
        await keel.stop()
        await redis.stop()
        return try measured.get()
    }

    private func measure(_ keel: Server, _ redis: Server) throws -> [Row] {
        for server in [keel, redis] {
            _ = try saturate(server, Load(operation: "fill", pipeline: 16), seconds: 1)
        }
        let loads = [1, 16].flatMap { pipeline in
            ["get", "set"].map { Load(operation: $0, pipeline: pipeline) }
        }
        var pairs: [Load: [Pair]] = [:]
        var moments = CalmMoments(patience: patience)
        for round in 0...rounds * Self.attempts {
            for load in loads where !isEnough(pairs[load, default: []]) {
                moments.awaitNext()
                // Whoever goes first meets another machine than whoever goes second.
                let first = try run(round % 2 == 0 ? redis : keel, load)
                let second = try run(round % 2 == 0 ? keel : redis, load)
                // The first round has warmed both up.
                guard round > 0 else { continue }
                let pair = round % 2 == 0 ? Pair(second, first) : Pair(first, second)
                pairs[load, default: []].append(pair)
            }
        }
        return loads.flatMap { rows(of: $0, pairs[$0, default: []]) }
    }

    private func isEnough(_ pairs: [Pair]) -> Bool {
        pairs.count(where: \.isSaturated) >= rounds
    }

    private func rows(of load: Load, _ pairs: [Pair]) -> [Row] {
        let isJudged = isEnough(pairs)
        let figures = isJudged ? pairs.filter(\.isSaturated) : pairs
        func row(
            _ what: String,
            _ figure: (Figures) -> Double,
            digits: Int,
            bar: Row.Bar? = nil
        ) -> Row {
            let keel = Sample(figures.map { figure($0.keel) })
            let redis = Sample(figures.map { figure($0.redis) })
            return Row(
                what: "\(load.name) \(what)",
                ours: keel.text(digits: digits),
                theirs: redis.text(digits: digits),
                judged: keel.median / redis.median,
                bar: bar,
                isUndecided: !isJudged
            )
        }
        let isDeep = load.pipeline > 1
        return [
            row(
                "server CPU, µs/op",
                { $0.perOperation },
                digits: 2,
                bar: isDeep ? nil : .atMost(1.35)
            ),
            row(
                "throughput, kop/s",
                { $0.throughput / 1_000 },
                digits: 0,
                bar: isDeep ? .atLeast(0.8) : nil
            ),
            row("server busy, cores", { $0.busyCores }, digits: 2),
            row("generator CPU, µs/op", { $0.generatorPerOperation }, digits: 2),
        ]
    }

    private func run(_ server: Server, _ load: Load) throws -> Figures {
        _ = try saturate(server, load, seconds: Self.warmUp)
        let before = server.processorTime
        let saturation = try saturate(server, load, seconds: seconds)
        let used = (server.processorTime - before) / 1e9
        guard saturation.misses == 0 else {
            throw ClusterError.system(what: server.name, why: "it has lost keys")
        }
        return Figures(
            perOperation: used * 1e6 / saturation.operations,
            throughput: saturation.operations / saturation.seconds,
            busyCores: used / saturation.seconds,
            generatorPerOperation: saturation.cpuSeconds * 1e6 / saturation.operations
        )
    }

    private func saturate(
        _ server: Server,
        _ load: Load,
        seconds: Double
    ) throws -> Saturation {
        let line = try output(
            of: try Executables.own("saturate"),
            [
                "-p", "\(server.port)", "-t", load.operation, "-P", "\(load.pipeline)",
                "-c", "\(Self.connections)", "-r", "\(Self.keys)", "-d", "\(Self.valueSize)",
                "-T", "\(seconds)",
            ]
        )
        return try JSONDecoder().decode(Saturation.self, from: Data(line.utf8))
    }
}
