public import Consistency
internal import Determinism
internal import Foundation
internal import LoadGeneration
internal import Quantities
internal import Report
internal import Statistics
internal import Workloads

/// Tries the generator on queues whose times theory knows: `ordeal load --self-test`.
///
/// First on virtual time, where chance alone makes a difference: schedule, recorder and quantiles are
/// held against theory. Then a real server takes known times for requests of a known schedule: what
/// they must come to is computed for these very requests, so that chance is out of it, and only the
/// machine is between that and what the generator measured.
///
/// - Parameter duration: Of each measurement of a real server.
public func testLoad(seed: UInt64, duration: String?) async -> ExitCode {
    let console = Console()
    let length = parsedDuration(duration ?? "8s") ?? .zero
    guard length >= .seconds(1), length <= .seconds(3600) else {
        printError("ordeal load: --duration of a self-test is 1s to 1h")
        return .usage
    }
    let seconds = Int(length / .seconds(1))
    var lines: [LoadSelfTest.Line] = []
    do throws(CommandFailure) {
        Interruption.listen()
        for law in ServiceLaw.allCases {
            let test = LoadSelfTest(law: law, seed: Seed(seed), seconds: seconds)
            let virtual = test.onVirtualTime()
            printOut(virtual.text)
            lines.append(virtual)
            for line in try await test.againstServer(console) {
                printOut(line.text)
                lines.append(line)
            }
        }
    } catch {
        console.clear()
        printError("ordeal load: \(error.description)")
        return error.code
    }
    let failed = lines.count { $0.result == .failed }
    if failed > 0 {
        printOut("\(failed) failed: figures of this generator on this machine cannot be trusted")
        return .internal
    }
    guard lines.contains(where: { $0.result == .undecided }) else { return .ok }
    printOut(
        "nothing failed, but the machine was too busy for all of it: try again when it is quiet"
    )
    return .inconclusive
}

/// One queue, tried twice.
struct LoadSelfTest {
    let law: ServiceLaw
    let seed: Seed
    let seconds: Int

    /// Of a request; longer ones, at lower rates, where the machine was in the way: what waking up
    /// takes then hardly counts.
    static let services: [Duration] = [.microseconds(250), .milliseconds(1), .milliseconds(4)]
    /// Of the server's time.
    static let load = 0.8
    private static let virtualRequests = 2_000_000
    private static let virtualTolerance = 0.03
    /// What waking and receiving may add to what the server saw.
    private static let overhead = 0.000_3
    private static let toleranceOfMeasuring = 0.03
    /// Where the server's own clock says that requests were longer with it than theory has it, the
    /// machine took its processor away.
    private static let toleranceOfMachine = 0.1

    struct Line {
        enum Result: String {
            case passed, failed = "FAILED", undecided = "unknown"
        }

        var result: Result
        var words: String

        var text: String { "\(result.rawValue)  \(words)" }

        init(_ passed: Bool, _ words: String) {
            result = passed ? .passed : .failed
            self.words = words
        }

        init(undecided words: String) {
            result = .undecided
            self.words = words
        }
    }

    private var name: String { law == .exponential ? "M/M/1" : "M/D/1" }

    func onVirtualTime() -> Line {
        let service = Self.services[0]
        var arrivals = arrivals(service)
        let times = sojourns(service) { index in
            index < Self.virtualRequests ? arrivals.take() : nil
        }
        let unit = service.seconds
        let mean = times.mean / 1e9 / unit
        let p99 = (times.supported(0.99)?.seconds ?? 0) / unit
        let theory = (law.meanTime(load: Self.load), law.quantile(0.99, load: Self.load))
        let isNear = [(mean, theory.0), (p99, theory.1)].allSatisfy {
            abs($0.0 / $0.1 - 1) <= Self.virtualTolerance
        }
        return Line(
            isNear,
            "\(name) at \(decimalText(Self.load)) on virtual time: mean \(rounded(mean)) S "
                + "(theory \(rounded(theory.0))), p99 \(rounded(p99)) S "
                + "(theory \(rounded(theory.1)))"
        )
    }

    func againstServer(_ console: Console) async throws(CommandFailure) -> [Line] {
        var obstacle = ""
        for service in Self.services {
            let attempt = try await attempt(service, console)
            console.clear()
            guard !Interruption.isRequested else {
                throw CommandFailure(.interrupted, "interrupted")
            }
            guard let reason = attempt.obstacle else { return attempt.lines }
            obstacle = reason
            // What cannot be the machine's doing is said all the same.
            let failed = attempt.lines.filter { $0.result == .failed }
            if !failed.isEmpty { return failed }
        }
        return [Line(undecided: "\(name) on a real server: the machine was too busy: \(obstacle)")]
    }

    /// One measurement of one server, and why it cannot be judged where it cannot.
    private func attempt(
        _ service: Duration,
        _ console: Console
    ) async throws(CommandFailure) -> (lines: [Line], obstacle: String?) {
        let server = try await start(service)
        defer { server.stop() }
        var load = LoadOptions(target: "redis://127.0.0.1:\(server.port)")
        load.workload = YCSBC.name
        load.phase = LoadPlan.Phase.run.rawValue
        load.rate = "\(decimalText(Self.load / service.seconds))/s"
        load.arrivals = PoissonArrivals.name
        load.warmup = "0s"
        load.duration = "\(seconds)s"
        load.quantum = "0s"
        load.seed = seed.rawValue
        let plan = try LoadPlan(load)
        let subject = try await LoadSubject.found(plan.target)
        var measurement = LoadMeasurement(plan: plan, subject: subject, console: console)
        measurement.place = "\(name), S = \(Figure.duration(service.seconds))"
        let record = try await measurement.run().record
        let account = await server.account
        let outcome = Outcome(record: record, seen: account, expected: expected(service))
        var lines = [counted(outcome), notLess(outcome, service)]
        if let reason = record.void.first { return (lines, reason) }
        let excess = account.times.mean / outcome.expected.mean - 1
        if excess > Self.toleranceOfMachine {
            let part = Figure.percent(excess)
            return (lines, "requests were \(part) longer with the server than they should be")
        }
        lines.append(notMore(outcome))
        return (lines, nil)
    }

    private func start(_ service: Duration) async throws(CommandFailure) -> ToyServer {
        var options = ToyServer.Options()
        options.service = service
        options.law = law
        options.seed = seed.derived("service")
        do {
            return try await ToyServer.start(options)
        } catch {
            throw CommandFailure(.void, "the toy server: \(error)")
        }
    }

    private struct Outcome {
        var record: LoadRecord
        /// By the server's clock.
        var seen: ToyServer.Account
        /// Of the same requests, had they come when they were due.
        var expected: LatencyHistogram
    }

    /// The schedule of a worker that is alone.
    private func arrivals(_ service: Duration) -> ArrivalSchedule {
        ArrivalSchedule(
            .constant(Self.load / service.seconds),
            process: PoissonArrivals(),
            seed: seed.derived("arrivals").derived(0)
        )
    }

    private func expected(_ service: Duration) -> LatencyHistogram {
        var arrivals = arrivals(service)
        let end = Int64(seconds) * 1_000_000_000
        return sojourns(service) { _ in
            let next = arrivals.take()
            return next < end ? next : nil
        }
    }

    /// How long the requests are with a server that is never late.
    private func sojourns(
        _ service: Duration,
        _ next: (Int) -> Int64?
    ) -> LatencyHistogram {
        var queue = VirtualQueue(
            law,
            mean: service.seconds * 1e9,
            seed: seed.derived("service")
        )
        var times = LatencyHistogram()
        var index = 0
        while let arrival = next(index) {
            times.record(nanoseconds: UInt64(queue.admit(at: arrival) - arrival))
            index += 1
        }
        return times
    }

    private func counted(_ outcome: Outcome) -> Line {
        let record = outcome.record
        return Line(
            record.counts.ok == outcome.seen.executed && record.issued == record.scheduled
                && record.counts.ok == record.scheduled,
            "\(name), \(Figure.count(record.scheduled)) requests due: "
                + "\(Figure.count(record.counts.ok)) answered, "
                + "\(Figure.count(outcome.seen.executed)) executed"
        )
    }

    /// A busy machine makes latencies longer, never shorter: what is missing was left out.
    private func notLess(_ outcome: Outcome, _ service: Duration) -> Line {
        let measured = figures(outcome.record)
        let mean = outcome.expected.mean / 1e9
        let p99 = outcome.expected.supported(0.99)?.seconds ?? 0
        let least = 1 - Self.toleranceOfMeasuring
        return Line(
            measured.mean >= mean * least && measured.p99 >= p99 * least,
            "\(name), S = \(Figure.duration(service.seconds)), measured: "
                + "mean \(Figure.duration(measured.mean)) (these requests must take "
                + "\(Figure.duration(mean))), p99 \(Figure.duration(measured.p99)) "
                + "(\(Figure.duration(p99)))"
        )
    }

    /// Beyond what the server saw there is only the way, and the lag that the generator owns up to.
    private func notMore(_ outcome: Outcome) -> Line {
        let measured = figures(outcome.record)
        let mean = outcome.seen.times.mean / 1e9
        let p99 = outcome.seen.times.supported(0.99)?.seconds ?? 0
        let most = 1 + Self.toleranceOfMeasuring
        let lag = outcome.record.sendLag
        let meanLag = lag?.mean ?? 0
        let p99Lag = lag?[0.99] ?? 0
        return Line(
            measured.mean <= mean * most + Self.overhead + meanLag
                && measured.p99 <= p99 * most + Self.overhead + p99Lag,
            "\(name), beside what the server saw: mean \(Figure.duration(mean)), "
                + "p99 \(Figure.duration(p99)); send lag mean \(Figure.duration(meanLag)), "
                + "p99 \(Figure.duration(p99Lag))"
        )
    }

    private func figures(_ record: LoadRecord) -> (mean: Double, p99: Double) {
        (record.response?.mean ?? 0, record.response?[0.99] ?? 0)
    }

    private func rounded(_ number: Double) -> String {
        decimalText((number * 100).rounded() / 100)
    }
}
