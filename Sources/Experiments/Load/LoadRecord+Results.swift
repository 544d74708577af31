internal import Determinism
internal import Histories
internal import LoadGeneration
internal import Quantities
internal import Report
internal import Statistics

extension LoadRecord {
    /// Adds up what the workers found.
    init(results: [WorkerResult], plan: LoadPlan, subject: LoadSubject, watch: LoadWatch) {
        let seconds = results.map { Double($0.measureEnd - $0.measureStart) / 1e9 }.max() ?? 0
        let figures = LoadFigures(results)
        let counts = figures?.counts ?? OperationCounts()
        self.init(
            target: plan.target.text,
            server: subject.text,
            workload: plan.workloadText,
            load: plan.loadText,
            clients: plan.clients,
            workers: plan.workers,
            seed: plan.seed.rawValue,
            warmup: plan.warmup.seconds,
            seconds: seconds,
            scheduled: figures?.scheduled ?? 0,
            issued: figures?.issued ?? 0,
            counts: counts,
            offered: figures?.offered,
            achieved: results.reduce(0) { $0 + $1.generator.achievedRate },
            generator: Self.generator(results, figures, steal: watch.steal)
        )
        response = figures.flatMap { Latencies($0.latency) }
        service = figures.flatMap { Latencies($0.service) }
        sendLag = figures.flatMap { Latencies($0.sendLag) }
        kinds = Self.kinds(results)
        failures = Self.failures(results)
        serverUsage = watch.server
        let start = results.map(\.measureStart).min() ?? 0
        timeline = mergedTimeline(results.map(\.timeline), measureStart: start)
        void = voidReasons(results)
    }

    private static func generator(
        _ results: [WorkerResult],
        _ figures: LoadFigures?,
        steal: Double?
    ) -> Generator {
        let generators = results.map(\.generator)
        let waiting = generators.compactMap { generator in
            generator.waitTime.map { generator.wallTime > 0 ? $0 / generator.wallTime : 0 }
        }
        let achieved = generators.reduce(0) { $0 + $1.achievedRate }
        // Under way is what was handed over, and that was later than it was due by the lag.
        let response = figures?.latency.mean ?? 0
        let lag = figures.map { $0.sendLag.isEmpty ? 0 : $0.sendLag.mean } ?? 0
        return Generator(
            userTime: generators.reduce(0) { $0 + $1.userTime },
            systemTime: generators.reduce(0) { $0 + $1.systemTime },
            busiestCore: figures?.busiestCore ?? 0,
            waiting: waiting.max(),
            steal: steal,
            outstanding: generators.reduce(0) { $0 + $1.meanOutstanding },
            expectedOutstanding: achieved * (response - lag) / 1e9,
            peakMemory: generators.map(\.peakMemory).max() ?? 0,
            reconnections: generators.reduce(0) { $0 + $1.reconnections },
            redirections: generators.reduce(0) { $0 + $1.redirections }
        )
    }

    private static func kinds(_ results: [WorkerResult]) -> [Kind] {
        var names: [String] = []
        var merged: [String: (counts: OperationCounts, missing: Int, latency: LatencyHistogram)] =
            [:]
        for kind in results.flatMap(\.kinds) {
            if merged[kind.kind] == nil { names.append(kind.kind) }
            var sum = merged[kind.kind] ?? (OperationCounts(), 0, LatencyHistogram())
            sum.counts.ok += kind.counts.ok
            sum.counts.failed += kind.counts.failed
            sum.counts.unknown += kind.counts.unknown
            sum.missing += kind.missing
            sum.latency.merge(kind.latency)
            merged[kind.kind] = sum
        }
        return names.compactMap { name in
            merged[name].map {
                Kind(
                    name: name,
                    counts: $0.counts,
                    missing: $0.missing,
                    response: Latencies($0.latency)
                )
            }
        }
    }

    private static func failures(_ results: [WorkerResult]) -> [Failure] {
        var sums: [Failure] = []
        for failure in results.flatMap(\.failures) {
            let outcome = failure.outcome == .unknown ? "unknown" : "failed"
            if let known = sums.firstIndex(where: {
                $0.name == failure.name && $0.outcome == outcome
            }) {
                sums[known].count += failure.count
            } else {
                sums.append(Failure(name: failure.name, outcome: outcome, count: failure.count))
            }
        }
        return sums.sorted { ($0.count, $1.name) > ($1.count, $0.name) }
    }

    /// Late by more than this, in seconds or as a part of the p99 that is reported, a send is the
    /// generator's latency.
    private static let lateSend = 0.001
    private static let lateSendPart = 0.1
    /// In an open loop a thread this busy cannot keep its schedule, as a part of a core.
    private static let busiestCore = 0.85
    private static let leastIssued = 0.99

    private func voidReasons(_ results: [WorkerResult]) -> [String] {
        var reasons: [String] = []
        for result in results where result.ending.hasPrefix("failed") {
            reasons.append("a load worker \(result.ending)")
        }
        guard offered != nil else { return reasons }
        let issuedPart = Double(issued) / Double(max(1, scheduled))
        if issuedPart < Self.leastIssued {
            reasons.append("the generator sent \(Figure.percent(issuedPart)) of what was due")
        }
        if let lag = sendLag?[0.99] {
            let limit = max(Self.lateSend, Self.lateSendPart * (response?[0.99] ?? 0))
            if lag > limit {
                reasons.append(
                    "requests left late: send lag p99 is \(Figure.duration(lag)), more than "
                        + "\(Figure.duration(limit)); give the generator a core, or more --workers"
                )
            }
        }
        if generator.busiestCore > Self.busiestCore {
            reasons.append(
                "a generator thread used \(Figure.percent(generator.busiestCore)) of a core; "
                    + "write more --workers, or a larger --quantum"
            )
        }
        return reasons
    }
}
