import Coordination
import Testing
import Topology

@Suite struct FailureDetectorTests {
    private static let millisecond: UInt64 = 1_000_000

    /// One of each kind, and some with settings.
    private static let names = [
        "fixed-timeout", "fixed-timeout(500ms)", "phi-accrual", "phi-accrual(12)",
        "phi-accrual(5,80ms)", "adaptive", "adaptive(300ms)",
    ]

    private func detector(_ name: String) throws -> any FailureDetector {
        var detector = try #require(failureDetectors.detector(name))
        detector.begin(at: Instant(nanoseconds: 0))
        return detector
    }

    /// Nanoseconds of silence after which the detector suspects.
    private func limit(_ detector: any FailureDetector, since last: UInt64) -> UInt64 {
        var (low, high) = (UInt64(0), 70_000 * Self.millisecond)
        while low + 1 < high {
            let middle = (low + high) / 2
            if detector.suspects(at: Instant(nanoseconds: last + middle)) {
                high = middle
            } else {
                low = middle
            }
        }
        return high
    }

    @Test func `every registered kind is tested here`() {
        for kind in failureDetectors {
            #expect(Self.names.contains(kind.name))
            #expect(!kind.summary.isEmpty)
            #expect(kind.settingsHelp.hasPrefix("("))
        }
    }

    @Test(arguments: names)
    func `silence is a failure after at least three heartbeats and at most its limit`(
        name: String
    ) throws {
        let detector = try detector(name)
        let limit = limit(detector, since: 0)
        #expect(limit > 3 * Heartbeats.interval)
        #expect(limit <= Heartbeats.longestSilence)
        // Once it suspects, it goes on until a heartbeat comes.
        for later in [limit, limit * 2, limit * 60] {
            #expect(detector.suspects(at: Instant(nanoseconds: later)))
        }
        var heard = detector
        heard.heartbeat(at: Instant(nanoseconds: limit * 3))
        #expect(!heard.suspects(at: Instant(nanoseconds: limit * 3 + Heartbeats.interval)))
    }

    /// Delays of heartbeats as they were measured: idle, two busy cores, and a machine that is busy now
    /// and then.
    private static let traces: [(name: String, lateness: @Sendable (Int, UInt64) -> UInt64)] = [
        ("idle", { _, draw in draw % 2 }),
        ("busy", { _, draw in draw % 100 < 97 ? draw % 20 : draw % 138 }),
        ("suddenly busy", { number, draw in number < 2_000 ? draw % 2 : draw % 138 }),
        ("a pause every ten seconds", { number, _ in number % 250 == 249 ? 138 : 0 }),
    ]

    @Test(arguments: names, traces.indices)
    func `a node that lives is not suspected, however busy its machine is`(
        name: String,
        trace: Int
    ) throws {
        var detector = try detector(name)
        var state: UInt64 = 0x5eed
        var now: UInt64 = 0
        for number in 0..<20_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let lateness = Self.traces[trace].lateness(number, state >> 33)
            now += Heartbeats.interval + lateness * Self.millisecond
            let isSuspected = detector.suspects(at: Instant(nanoseconds: now - 1))
            #expect(!isSuspected, "heartbeat \(number) of \(Self.traces[trace].name)")
            detector.heartbeat(at: Instant(nanoseconds: now))
        }
        // And still it would notice a crash.
        #expect(limit(detector, since: now) <= Heartbeats.longestSilence)
    }

    @Test func `adaptive kinds are quick where heartbeats are punctual, and patient where not`()
        throws
    {
        for name in ["phi-accrual(8,10ms)", "adaptive(60ms)"] {
            var limits: [UInt64] = []
            for lateness in [1, 200] as [UInt64] {
                var detector = try detector(name)
                var now: UInt64 = 0
                for number in 0..<400 {
                    let extra = number % 3 == 0 ? lateness : 0
                    now += Heartbeats.interval + extra * Self.millisecond
                    detector.heartbeat(at: Instant(nanoseconds: now))
                }
                limits.append(limit(detector, since: now))
            }
            #expect(limits[0] < 130 * Self.millisecond, "\(name)")
            #expect(limits[1] > 300 * Self.millisecond, "\(name)")
        }
    }

    @Test(arguments: names)
    func `an outage teaches no patience`(name: String) throws {
        var detector = try detector(name)
        let before = limit(detector, since: 0)
        detector.heartbeat(at: Instant(nanoseconds: 3_600_000 * Self.millisecond))
        #expect(limit(detector, since: 3_600_000 * Self.millisecond) <= before + 1)
    }

    @Test func `φ is the tail of the normal distribution`() {
        for (threshold, deviations) in [(1, 1.2816), (3, 3.0902), (8, 5.6120), (16, 8.2221)] {
            let detector = PhiAccrualDetector(threshold: threshold, leastDeviation: 1)
            #expect((detector.deviations - deviations).magnitude < 0.0001, "\(threshold)")
        }
    }

    @Test(arguments: [
        "fixed-timeout(10ms)", "fixed-timeout(1)", "fixed-timeout(100ms,2)", "phi-accrual(0)",
        "phi-accrual(17)", "phi-accrual(8,0ms)", "adaptive(1ms)", "adaptive(60s)", "fixed",
        "adaptive(",
    ])
    func `settings that make no sense are refused`(name: String) {
        #expect(failureDetectors.detector(name) == nil)
    }
}
