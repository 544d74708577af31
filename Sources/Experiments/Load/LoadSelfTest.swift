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
/// First on virtual time, where chance alone makes a difference: schedule, recorder and quantiles.
/// Then against a real server that takes known times: what the server saw is held against theory, and
/// what the generator measured against what the server saw.
public func testLoad(seed: UInt64, seconds: Int = 25) async -> ExitCode {
    let console = Console()
    var lines: [LoadSelfTest.Line] = []
    do throws(CommandFailure) {
        Interruption.listen()
        for law in ServiceLaw.allCases {
            let test = LoadSelfTest(law: law, seed: Seed(seed), seconds: seconds)
            lines += test.onVirtualTime()
            for line in lines.suffix(1) { printOut(line.text) }
            let real = try await test.againstServer(console)
            for line in real { printOut(line.text) }
            lines += real
        }
    } catch {
        console.clear()
        printError("ordeal load: \(error.description)")
        return error.code
    }
    let failed = lines.count { !$0.passed }
    guard failed > 0 else { return .ok }
    printOut("\(failed) failed: figures of this machine and generator cannot be trusted")
    return .internal
}

/// One queue, tried twice.
struct LoadSelfTest {
    let law: ServiceLaw
    let seed: Seed
    let seconds: Int

    /// Long enough that what waking up takes hardly counts, short enough for many requests.
    static let service = Duration.microseconds(250)
    /// Of the server's time.
    static let load = 0.8
    private static let virtualRequests = 2_000_000
    /// Queues at this load vary slowly: over some seconds their mean is known to some per cent only.
    private static let toleranceOfChance = 0.15
    private static let virtualTolerance = 0.03
    /// What sending, waking and receiving may add to what the server saw.
    private static let overhead = 0.000_3
    private static let toleranceOfMeasuring = 0.03

    struct Line {
        var passed: Bool
        var words: String

        var text: String { "\(passed ? "passed" : "FAILED")  \(words)" }
    }

    private var name: String { law == .exponential ? "M/M/1" : "M/D/1" }
    private var rate: Double { Self.load / Self.service.seconds }

    func onVirtualTime() -> [Line] {
        var schedule = ArrivalSchedule(
            .constant(rate),
            process: PoissonArrivals(),
            seed: seed.derived("arrivals")
        )
        var queue = VirtualQueue(
            law,
            mean: Self.service.seconds * 1e9,
            seed: seed.derived("service")
        )
        var times = LatencyHistogram()
        for _ in 0..<Self.virtualRequests {
            let arrival = schedule.take()
            times.record(nanoseconds: UInt64(queue.admit(at: arrival) - arrival))
        }
        return [againstTheory(times, "virtual time", Self.virtualTolerance)]
    }

    func againstServer(_ console: Console) async throws(CommandFailure) -> [Line] {
        var options = ToyServer.Options()
        options.service = Self.service
        options.law = law
        options.seed = seed.derived("service")
        let server: ToyServer
        do {
            server = try await ToyServer.start(options)
        } catch {
            throw CommandFailure(.void, "the toy server: \(error)")
        }
        defer { server.stop() }
        var load = LoadOptions(target: "redis://127.0.0.1:\(server.port)")
        load.workload = YCSBC.name
        load.phase = "run"
        load.rate = "\(decimalText(rate))/s"
        load.arrivals = PoissonArrivals.name
        load.warmup = "0s"
        load.duration = "\(seconds)s"
        load.quantum = "0s"
        load.seed = seed.rawValue
        let plan = try LoadPlan(load)
        let subject = try await LoadSubject.found(plan.target)
        let measurement = LoadMeasurement(plan: plan, subject: subject, console: console)
        let record = try await measurement.run().record
        console.clear()
        guard !Interruption.isRequested else { throw CommandFailure(.interrupted, "interrupted") }
        if let reason = record.void.first {
            throw CommandFailure(.void, "the machine is too busy to tell: \(reason)")
        }
        let account = await server.account
        return [
            againstTheory(account.times, "a real server", Self.toleranceOfChance),
            againstAccount(record, account),
            counted(record, account),
        ]
    }

    private func againstTheory(
        _ times: LatencyHistogram,
        _ place: String,
        _ tolerance: Double
    ) -> Line {
        let service = Self.service.seconds
        let mean = times.mean / 1e9 / service
        let p99 = (times.supported(0.99)?.seconds ?? 0) / service
        let (meanTheory, p99Theory) = (
            law.meanTime(load: Self.load), law.quantile(0.99, load: Self.load)
        )
        let passed =
            abs(mean / meanTheory - 1) <= tolerance && abs(p99 / p99Theory - 1) <= tolerance
        return Line(
            passed: passed,
            words: "\(name) at \(decimalText(Self.load)) on \(place): "
                + "mean \(rounded(mean)) S (theory \(rounded(meanTheory))), "
                + "p99 \(rounded(p99)) S (theory \(rounded(p99Theory)))"
        )
    }

    private func againstAccount(_ record: LoadRecord, _ account: ToyServer.Account) -> Line {
        let mean = account.times.mean / 1e9
        let p99 = account.times.supported(0.99)?.seconds ?? 0
        let measuredMean = record.response?.mean ?? 0
        let measuredP99 = record.response?[0.99] ?? 0
        func isNear(_ measured: Double, _ seen: Double) -> Bool {
            // A generator adds; what it takes away it did not measure.
            measured >= seen * (1 - Self.toleranceOfMeasuring)
                && measured <= seen * (1 + Self.toleranceOfMeasuring) + Self.overhead
        }
        return Line(
            passed: isNear(measuredMean, mean) && isNear(measuredP99, p99),
            words: "\(name) as the generator measured it: mean \(Figure.duration(measuredMean)) "
                + "(the server saw \(Figure.duration(mean))), p99 \(Figure.duration(measuredP99)) "
                + "(\(Figure.duration(p99)))"
        )
    }

    private func counted(_ record: LoadRecord, _ account: ToyServer.Account) -> Line {
        Line(
            passed: record.counts.ok == account.executed && record.issued == record.scheduled
                && record.counts.ok == record.scheduled,
            words: "\(name), \(Figure.count(record.scheduled)) requests due: "
                + "\(Figure.count(record.counts.ok)) answered, "
                + "\(Figure.count(account.executed)) executed"
        )
    }

    private func rounded(_ number: Double) -> String {
        decimalText((number * 100).rounded() / 100)
    }
}
