internal import Determinism
internal import Histories
internal import LoadGeneration
internal import Quantities
internal import Report
internal import Statistics

/// What a measurement found: the record that is shown, and what it was made of.
struct LoadFindings {
    var record: LoadRecord
    /// By kind of request, in the order of the workers' results.
    let kinds: [(name: String, figures: RequestFigures)]
    /// Successes, from their intended start.
    let response: LatencyHistogram
    /// Successes, from the moment of sending.
    let service: LatencyHistogram
    /// How late requests were sent behind their intended start; empty in a closed loop.
    let sendLag: LatencyHistogram
    let results: [WorkerResult]

    init(results: [WorkerResult], plan: LoadPlan, subject: LoadSubject, watch: LoadWatch) {
        self.results = results
        let figures = LoadFigures(results)
        kinds = Self.kinds(results)
        response = figures?.latency ?? LatencyHistogram()
        service = figures?.service ?? LatencyHistogram()
        sendLag = figures?.sendLag ?? LatencyHistogram()
        record = LoadRecord(
            target: plan.target.text,
            server: subject.text,
            workload: plan.workloadText,
            load: plan.loadText,
            clients: plan.clients,
            workers: plan.workers,
            seed: plan.seed.rawValue,
            warmup: plan.warmup.seconds,
            seconds: figures?.seconds ?? 0,
            scheduled: figures?.scheduled ?? 0,
            issued: figures?.issued ?? 0,
            counts: figures?.counts ?? OperationCounts(),
            // The workers' shares add up to the whole but for their rounding.
            offered: figures?.offered.map { ($0 * 1e6).rounded() / 1e6 },
            quantum: figures?.offered.map { _ in plan.quantum.seconds },
            achieved: results.reduce(0) { $0 + $1.generator.achievedRate },
            generator: Self.generator(results, figures, steal: watch.steal)
        )
        record.response = .init(response)
        record.service = .init(service)
        record.sendLag = .init(sendLag)
        record.kinds = recordedKinds
        record.failures = Self.failures(results)
        record.serverUsage = watch.server
        let timeline = MergedTimeline(results).buckets()
        record.timeline = timeline.buckets
        record.timelineWidth = timeline.width
        record.longestGap = Self.longestGap(results)
        record.void = voidReasons(figures)
    }

    /// How an expectation came out.
    func judged(_ objective: Objective) -> LoadRecord.Expectation {
        let judgement = ObjectiveJudgement(objective, kinds: kinds, seconds: record.seconds)
        let (text, isMet): (String, Bool) =
            switch judgement.verdict {
            case .met(let value): (objective.amountText(value), true)
            case .missed(let value): (objective.amountText(value), false)
            case .undecided(let reason): (reason, false)
            }
        return .init(text: objective.text, actual: text, isMet: isMet)
    }

    private static func kinds(_ results: [WorkerResult]) -> [(String, RequestFigures)] {
        var names: [String] = []
        var merged: [String: RequestFigures] = [:]
        for kind in results.flatMap(\.kinds) {
            if merged[kind.kind] == nil { names.append(kind.kind) }
            merged[kind.kind, default: RequestFigures()].add(
                RequestFigures(
                    response: kind.latency,
                    service: kind.service,
                    succeeded: kind.counts.ok,
                    ended: kind.counts.total
                )
            )
        }
        return names.compactMap { name in merged[name].map { (name, $0) } }
    }

    private var recordedKinds: [LoadRecord.Kind] {
        kinds.map { name, figures in
            let parts = results.flatMap(\.kinds).filter { $0.kind == name }
            var counts = OperationCounts()
            for part in parts {
                counts.ok += part.counts.ok
                counts.failed += part.counts.failed
                counts.unknown += part.counts.unknown
            }
            return LoadRecord.Kind(
                name: name,
                counts: counts,
                missing: parts.reduce(0) { $0 + $1.missing },
                response: .init(figures.response)
            )
        }
    }

    private static func generator(
        _ results: [WorkerResult],
        _ figures: LoadFigures?,
        steal: Double?
    ) -> LoadRecord.Generator {
        let generators = results.map(\.generator)
        return LoadRecord.Generator(
            userTime: generators.reduce(0) { $0 + $1.userTime },
            systemTime: generators.reduce(0) { $0 + $1.systemTime },
            busiestCore: figures?.busiestCore ?? 0,
            polling: figures?.busiestPolling,
            waiting: figures?.waiting,
            steal: steal,
            outstanding: figures?.littlesLaw.underWay ?? 0,
            expectedOutstanding: figures?.littlesLaw.expected ?? 0,
            peakMemory: generators.map(\.peakMemory).max() ?? 0,
            reconnections: generators.reduce(0) { $0 + $1.reconnections },
            redirections: generators.reduce(0) { $0 + $1.redirections },
            threads: results.map(thread)
        )
    }

    private static func thread(_ result: WorkerResult) -> LoadRecord.Generator.ThreadTime {
        let generator = result.generator
        let wall = generator.wallTime > 0 ? generator.wallTime : 1
        return .init(
            worker: result.worker,
            userTime: generator.threadUserTime,
            systemTime: generator.threadSystemTime,
            core: (generator.threadUserTime + generator.threadSystemTime) / wall,
            waiting: generator.waitTime.map { $0 / wall }
        )
    }

    private static func failures(_ results: [WorkerResult]) -> [LoadRecord.Failure] {
        var sums: [LoadRecord.Failure] = []
        for failure in results.flatMap(\.failures) {
            let outcome = failure.outcome == .unknown ? "unknown" : "failed"
            let known = sums.firstIndex { $0.name == failure.name && $0.outcome == outcome }
            if let known {
                sums[known].count += failure.count
            } else {
                sums.append(.init(name: failure.name, outcome: outcome, count: failure.count))
            }
        }
        return sums.sorted { ($0.count, $1.name) > ($1.count, $0.name) }
    }

    /// Of one worker; what several did not have together is not known to any of them.
    private static func longestGap(_ results: [WorkerResult]) -> LoadRecord.Gap? {
        let origin = results.map(\.measureStart).min() ?? 0
        let last = results.compactMap(\.lastSuccessAt).max() ?? 0
        return results.compactMap(\.longestGap).min { $0.length < $1.length }.map { gap in
            .init(
                start: Double(gap.start - origin) / 1e9,
                length: Double(gap.length) / 1e9,
                isOpen: last < gap.end
            )
        }
    }

    /// Why it was no measurement of a server at work; empty where it was.
    ///
    /// Of several rates, one that the server cannot bear may well end like this.
    var absences: [String] {
        guard record.counts.ok > 0 else {
            return [record.scheduled > 0 ? "no request succeeded" : "no request was due"]
        }
        // A server that refuses is there.
        let hasUnanswered = results.flatMap(\.failures).contains { !$0.isAnswer }
        let end = results.map(\.measureEnd).max() ?? 0
        let silence = Double(end - (results.compactMap(\.lastSuccessAt).max() ?? 0)) / 1e9
        guard hasUnanswered, silence >= min(Self.longestSilence, record.seconds / 2) else {
            return []
        }
        return ["nothing succeeded in the last \(Figure.duration(silence)) of the measurement"]
    }

    /// At the end of a measurement, in seconds: what is away for longer may as well be gone.
    private static let longestSilence = 1.0

    private func voidReasons(_ figures: LoadFigures?) -> [String] {
        guard let figures else { return ["no load worker left a result"] }
        return figures.voidReasons(endings: results.map(\.ending), maySetTheRate: true)
    }
}
