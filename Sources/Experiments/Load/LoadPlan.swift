internal import Consistency
internal import Determinism
internal import LoadGeneration
internal import Quantities
internal import Workloads

/// What a measurement does, read from the options and found possible.
struct LoadPlan {
    enum Phase: String, CaseIterable {
        case load, run, both
    }

    var target: LoadTarget
    var workload: AnyWorkload
    /// Requests a second; nil in a closed loop.
    var rate: Double?
    var pipeline: Int
    var clients: Int
    var workers: Int
    var warmup: Duration
    var measure: Duration
    var limits = RequestLimits()
    var thinkTime: Duration
    var quantum: Duration
    var seed: Seed
    var keepsLedger: Bool
    var phase: Phase

    private static let mostClients = 100_000
    private static let mostWorkers = 256

    init(_ options: LoadOptions) throws(CommandFailure) {
        target = try Self.read("the target") { () throws(WordingProblem) in
            try LoadTarget(parsing: options.target)
        }
        target.access.isRESP3 = options.isRESP3
        workload = try Self.workload(options)
        rate = try options.rate.map { (text) throws(CommandFailure) in
            try Self.rate(text)
        }
        clients = try Self.number("--clients", options.clients, in: 1...Self.mostClients)
        pipeline = try Self.number("--pipeline", options.pipeline, in: 1...4096)
        workers = try Self.number("--workers", options.workers, in: 1...Self.mostWorkers)
        guard workers <= clients else {
            throw CommandFailure(
                .usage,
                "--workers: \(workers) workers share \(clients) clients; write at most as many"
            )
        }
        guard rate == nil || options.pipeline == 1 else {
            throw CommandFailure(
                .usage,
                "--pipeline belongs to a closed loop, --rate to an open one"
            )
        }
        measure = try Self.time("--duration", options.duration, from: .milliseconds(100))
        warmup = try Self.time("--warmup", options.warmup, from: .zero)
        limits.request = try Self.time("--timeout", options.timeout, from: .milliseconds(1))
        limits.connect = min(limits.request, .seconds(1))
        limits.retries = false
        thinkTime =
            try options.thinkTime.map { (text) throws(CommandFailure) in
                try Self.time("--think-time", text, from: .zero)
            } ?? .zero
        quantum =
            try options.quantum.map { (text) throws(CommandFailure) in
                try Self.time("--quantum", text, from: .zero)
            } ?? .microseconds(100)
        guard quantum <= .milliseconds(1) else {
            throw CommandFailure(
                .usage,
                "--quantum is 0 to 1ms: beyond it, lag is what is measured"
            )
        }
        seed = options.seed.map { Seed($0) } ?? Seed(UInt64.random(in: .min ... .max))
        keepsLedger = options.keepsLedger
        guard let phase = Phase(rawValue: options.phase) else {
            throw CommandFailure(.usage, "--phase is load, run or both, not \"\(options.phase)\"")
        }
        self.phase = phase
    }

    /// `open 20000/s`.
    var loadText: String {
        if let rate { return "open loop \(decimalText(rate))/s" }
        return pipeline > 1 ? "closed loop, pipeline \(pipeline)" : "closed loop"
    }

    var workloadText: String {
        let base = workload.base
        return "\(workload.name), \(base.records) records of \(base.valueBytes) B, "
            + base.distribution.text
    }

    /// What one worker is told.
    func configuration(
        worker: Int,
        discovery: Discovery,
        endpoints: [Address],
        folder: String
    ) -> WorkerConfiguration {
        var configuration = WorkerConfiguration(
            worker: worker,
            workers: workers,
            seed: seed,
            group: "load",
            endpoints: endpoints,
            workload: workload,
            clients: clients / workers + (worker < clients % workers ? 1 : 0),
            load: rate.map { .open(operationsPerSecond: $0) } ?? .closed(pipeline: pipeline),
            folder: folder
        )
        configuration.discovery = discovery
        configuration.access = target.access
        configuration.insertsRecords = phase != .run
        configuration.warmup = warmup
        configuration.measure = measure
        configuration.limits = limits
        configuration.keepsLedger = keepsLedger
        configuration.thinkTime = thinkTime
        configuration.quantum = quantum
        return configuration
    }

    private static func workload(_ options: LoadOptions) throws(CommandFailure) -> AnyWorkload {
        let names = workloads.map { $0.name }
        guard let kind = workloads.first(where: { $0.name == options.workload }) else {
            let fix = suggestion(for: options.workload, among: names, what: "workloads")
            throw CommandFailure(.usage, "there is no workload \"\(options.workload)\"; \(fix)")
        }
        var workload = kind.init()
        if let text = options.records {
            guard let count = parsedCount(text),
                (1...RecordParameters.largestRecords).contains(count)
            else {
                throw CommandFailure(
                    .usage,
                    "--records is 1 to \(RecordParameters.largestRecords), not \"\(text)\""
                )
            }
            workload.records = count
        }
        if let text = options.value {
            let range = RecordParameters.valueBytesRange
            guard let bytes = parsedByteCount(text), range.contains(bytes) else {
                throw CommandFailure(
                    .usage,
                    "--value is \(range.lowerBound) to \(range.upperBound) bytes, not \"\(text)\""
                )
            }
            workload.valueBytes = bytes
        }
        if let text = options.law {
            workload.distribution = try read("--law") { () throws(WordingProblem) in
                try AnyDistribution(parsing: text)
            }
        }
        return AnyWorkload(workload)
    }

    private static func rate(_ text: String) throws(CommandFailure) -> Double {
        guard let rate = parsedRate(text) else {
            throw CommandFailure(.usage, "--rate: \"\(text)\" is no rate; write it as 20000/s")
        }
        guard rate >= 0.001, rate <= 100_000_000 else {
            throw CommandFailure(.usage, "--rate: \(text) is out of range: 0.001/s to 100000000/s")
        }
        return rate
    }

    private static func time(
        _ option: String,
        _ text: String,
        from least: Duration
    ) throws(CommandFailure) -> Duration {
        guard let time = parsedDuration(text) else {
            throw CommandFailure(
                .usage,
                "\(option): \"\(text)\" is no time; write it with a unit, as 30s or 500ms"
            )
        }
        guard time >= least, time <= .seconds(366 * 86_400) else {
            throw CommandFailure(.usage, "\(option): \(text) is out of range")
        }
        return time
    }

    private static func number(
        _ option: String,
        _ value: Int,
        in range: ClosedRange<Int>
    ) throws(CommandFailure) -> Int {
        guard range.contains(value) else {
            throw CommandFailure(
                .usage,
                "\(option) is \(range.lowerBound) to \(range.upperBound), not \(value)"
            )
        }
        return value
    }

    private static func read<Value>(
        _ what: String,
        _ body: () throws(WordingProblem) -> Value
    ) throws(CommandFailure) -> Value {
        do throws(WordingProblem) {
            return try body()
        } catch {
            throw CommandFailure(.usage, "\(what): \(error.description)")
        }
    }
}
