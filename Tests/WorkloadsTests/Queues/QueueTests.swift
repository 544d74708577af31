import Determinism
import Statistics
import Testing

@testable import Workloads

/// Arrivals, recorder and quantiles together against queueing theory, on virtual time.
@Suite struct QueueTests {
    private static let service = 1e6
    private static let load = 0.8
    private static let requests = 2_000_000

    @Test func `theory says what its books say`() {
        #expect(abs(ServiceLaw.exponential.meanTime(load: 0.8) - 5) < 1e-12)
        #expect(abs(ServiceLaw.exponential.quantile(0.99, load: 0.8) - 23.026) < 1e-3)
        #expect(abs(ServiceLaw.fixed.meanTime(load: 0.8) - 3) < 1e-12)
        // Four in five find the server busy, so a fifth take one service time.
        #expect(abs(ServiceLaw.fixed.quantile(0.2, load: 0.8) - 1) < 1e-3)
    }

    @Test(arguments: ServiceLaw.allCases)
    func `Poisson arrivals at eight tenths of what a server can do wait as theory says`(
        law: ServiceLaw
    ) throws {
        let seed = Seed(71)
        let histogram = Self.times(law, PoissonArrivals(), seed: seed)
        let mean = histogram.mean / Self.service
        #expect(abs(mean / law.meanTime(load: Self.load) - 1) < 0.02, "\(mean), \(seed)")
        for fraction in [0.5, 0.9, 0.99] {
            let measured = try #require(histogram.supported(fraction)).seconds * 1e9 / Self.service
            let theory = law.quantile(fraction, load: Self.load)
            #expect(abs(measured / theory - 1) < 0.03, "\(fraction): \(measured), \(theory)")
        }
    }

    @Test func `arrivals that wait for each other show, as in a closed loop`() {
        let theory = ServiceLaw.exponential.meanTime(load: Self.load)
        let even = Self.times(.exponential, EvenArrivals(), seed: Seed(72))
        #expect(even.mean / Self.service < 0.7 * theory)
        // Latency from the sending, with one request under way at a time, is the service time.
        var queue = VirtualQueue(.exponential, mean: Self.service, seed: Seed(73))
        var (now, closed) = (Int64(0), LatencyHistogram())
        for _ in 0..<100_000 {
            let departure = queue.admit(at: now)
            closed.record(nanoseconds: UInt64(departure - now))
            now = departure
        }
        #expect(closed.mean / Self.service < 0.25 * theory)
    }

    private static func times(
        _ law: ServiceLaw,
        _ process: any ArrivalProcess,
        seed: Seed
    ) -> LatencyHistogram {
        var schedule = ArrivalSchedule(
            .constant(load / service * 1e9),
            process: process,
            seed: seed.derived("arrivals")
        )
        var queue = VirtualQueue(law, mean: service, seed: seed.derived("service"))
        var histogram = LatencyHistogram()
        for _ in 0..<requests {
            let arrival = schedule.take()
            histogram.record(nanoseconds: UInt64(queue.admit(at: arrival) - arrival))
        }
        return histogram
    }
}
