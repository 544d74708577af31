internal import Consistency
internal import Determinism
internal import LoadGeneration
internal import Quantities
internal import Statistics
internal import Workloads

/// What a measurement does, read from the options and found possible.
struct LoadPlan {
    enum Phase: String, CaseIterable {
        case load, run, both
    }

    var target: LoadTarget
    var workload: AnyWorkload
    var load: LoadShape
    var loadText: String
    var clients: Int
    var workers: Int
    var warmup: Duration
    var measure: Duration
    var limits = RequestLimits()
    var thinkTime: Duration
    var quantum: Duration
    var staysAwake: Bool
    var seed: Seed
    var keepsLedger: Bool
    var phase: Phase
    var arrivals: String
    var expectations: [Objective] = []
    var findRate: [Objective] = []
    var ladder: RateLadder?
    /// The first rate of a search.
    var firstRate = 1000.0
    var files: LoadFiles

    private static let mostClients = 100_000
    private static let mostWorkers = 256

    init(_ options: LoadOptions) throws(CommandFailure) {
        target = try Self.read("the target") { () throws(WordingProblem) in
            try LoadTarget(parsing: options.target)
        }
        target.access.isRESP3 = options.isRESP3
        target.access.security = try options.security.settings(for: target)
        workload = try LoadWorkload.read(options)
        (load, loadText) = try Self.load(options)
        clients = try Self.number("--clients", options.clients, in: 1...Self.mostClients)
        workers = try Self.number("--workers", options.workers, in: 1...Self.mostWorkers)
        guard workers <= clients, workers <= workload.base.records else {
            throw CommandFailure(
                .usage,
                "--workers: \(workers) workers share \(clients) clients and "
                    + "\(workload.base.records) records; write at most as many"
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
        staysAwake = options.staysAwake
        seed = options.seed.map { Seed($0) } ?? Seed(UInt64.random(in: .min ... .max))
        keepsLedger = options.keepsLedger
        guard let phase = Phase(rawValue: options.phase) else {
            throw CommandFailure(.usage, "--phase is load, run or both, not \"\(options.phase)\"")
        }
        self.phase = phase
        arrivals = options.arrivals
        files = try LoadFiles(options)
        expectations = try Self.objectives("--expect", options.expectations)
        findRate = try Self.objectives("--find-rate", options.findRate)
        ladder = try options.ladder.map { (text) throws(CommandFailure) in
            try Self.read("--ladder") { () throws(WordingProblem) in
                try RateLadder(parsing: text)
            }
        }
        let modes = [options.recorded != nil, ladder != nil, !findRate.isEmpty].count { $0 }
        guard modes <= 1, ladder == nil || options.rate == nil else {
            throw CommandFailure(
                .usage,
                "--recorded, --ladder and --find-rate say each by themselves at what rates"
            )
        }
        if phase == .load { try Self.refuseMeasuring(options, files) }
        try checkObjectives()
        if case .arrivals(let profile, _) = load, !findRate.isEmpty {
            guard let rate = profile.onlyRate else {
                throw CommandFailure(.usage, "--find-rate begins at one rate: --rate 1000/s")
            }
            firstRate = rate
        }
    }

    private func checkObjectives() throws(CommandFailure) {
        guard !findRate.isEmpty, !expectations.isEmpty else { return }
        throw CommandFailure(
            .usage,
            "--find-rate says by itself what must hold: write it once more in place of --expect"
        )
    }

    /// `--phase load` writes records; what belongs to a measurement has no meaning beside it.
    private static func refuseMeasuring(
        _ options: LoadOptions,
        _ files: LoadFiles
    ) throws(CommandFailure) {
        var refused = files.all.map(\.option)
        if options.rate != nil { refused.append("--rate") }
        if options.recorded != nil { refused.append("--recorded") }
        if options.ladder != nil { refused.append("--ladder") }
        if !options.findRate.isEmpty { refused.append("--find-rate") }
        if !options.expectations.isEmpty { refused.append("--expect") }
        guard let option = refused.first else { return }
        throw CommandFailure(
            .usage,
            "--phase load writes the records and measures nothing; leave \(option) to --phase run"
        )
    }

    var workloadText: String {
        let base = workload.base
        let size = base.shape.valueBytes.text(unit: .bytes)
        return "\(workload.name), \(base.records) records of \(size) B, \(base.distribution.text)"
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
            load: load,
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
        configuration.staysAwake = staysAwake
        configuration.keepsSeries = files.needsSeries
        // Nobody asks here which fault made whom wait.
        configuration.keepsFaultEvidence = false
        return configuration
    }

    private static func load(
        _ options: LoadOptions
    ) throws(CommandFailure) -> (LoadShape, String) {
        let pipeline = try number("--pipeline", options.pipeline, in: 1...4096)
        if options.rate != nil || options.recorded != nil {
            guard pipeline == 1, options.thinkTime == nil else {
                throw CommandFailure(
                    .usage,
                    "--pipeline and --think-time belong to a closed loop, --rate to an open one"
                )
            }
        }
        if let file = options.recorded {
            guard options.rate == nil else {
                throw CommandFailure(.usage, "--rate and --recorded both say when requests are due")
            }
            let text: String
            do throws(FileFailure) {
                text = String(decoding: try wholeFile(file), as: UTF8.self)
            } catch {
                throw CommandFailure(.usage, "--recorded: \(error.description)")
            }
            let count = try read("--recorded \(file)") { () throws(WordingProblem) in
                try RecordedArrivals(parsing: text).times.count
            }
            return (.recorded(file: file), "open loop, \(count) recorded arrivals")
        }
        guard let rate = options.rate else {
            let text = pipeline > 1 ? "closed loop, pipeline \(pipeline)" : "closed loop"
            return (.closed(pipeline: pipeline), text)
        }
        let profile = try read("--rate") { () throws(WordingProblem) in
            try RateProfile(parsing: rate)
        }
        let names = arrivalProcesses.map { $0.name }
        guard names.contains(options.arrivals) else {
            let fix = suggestion(for: options.arrivals, among: names, what: "arrivals")
            throw CommandFailure(.usage, "--arrivals: \"\(options.arrivals)\"; \(fix)")
        }
        let process = options.arrivals == EvenArrivals.name ? "" : ", \(options.arrivals)"
        return (
            .arrivals(profile, process: options.arrivals), "open loop \(profile.text)\(process)"
        )
    }

    private static func objectives(
        _ option: String,
        _ texts: [String]
    ) throws(CommandFailure) -> [Objective] {
        var objectives: [Objective] = []
        for text in texts {
            objectives.append(
                try read(option) { () throws(WordingProblem) in try Objective(parsing: text) }
            )
        }
        return objectives
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

    static func read<Value>(
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
