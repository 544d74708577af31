package import Histories
package import LoadGeneration
package import Report
package import Statistics

/// What all load workers of a trial measured, added up.
package struct LoadFigures {
    package var counts = OperationCounts()
    /// Successes from the intended start.
    package var latency = LatencyHistogram()
    /// Successes from the moment they were sent.
    package var service = LatencyHistogram()
    package var slowRequests: [SlowRequest] = []
    package var sendLag = LatencyHistogram()
    package var scheduled = 0
    package var issued = 0
    /// Per second; nil in a closed loop.
    package var offered: Double?
    /// Seconds of processor time, all workers together.
    package var processorTime = 0.0
    /// Of the busiest worker's thread, as a fraction of one core.
    package var busiestCore = 0.0
    /// Of that, what it spent waiting awake; nil where it did not.
    package var busiestPolling: Double?
    package var workers = 0
    /// Of a worker's thread, what it was ready and did not run, as a part of the measurement; nil where
    /// the kernel does not say.
    package var waiting: Double?
    /// Of all workers together.
    package var littlesLaw = LittlesLaw(underWay: 0, expected: 0)
    /// The measurement, in nanoseconds of the host's monotonic clock.
    package var measureStart: Int64
    package var measureEnd: Int64

    /// nil without workers.
    package init?(_ results: [WorkerResult]) {
        guard let first = results.first else { return nil }
        measureStart = first.measureStart
        measureEnd = first.measureEnd
        workers = results.count
        for result in results {
            measureStart = min(measureStart, result.measureStart)
            measureEnd = max(measureEnd, result.measureEnd)
            slowRequests += result.slowRequests
            for kind in result.kinds {
                counts.ok += kind.counts.ok
                counts.failed += kind.counts.failed
                counts.unknown += kind.counts.unknown
                latency.merge(kind.latency)
                service.merge(kind.service)
            }
            add(result.generator)
        }
        slowRequests.sort { ($0.completedAt, $0.startedAt) < ($1.completedAt, $1.startedAt) }
    }

    private mutating func add(_ generator: GeneratorFigures) {
        scheduled += generator.scheduled
        issued += generator.issued
        if let rate = generator.offeredRate { offered = (offered ?? 0) + rate }
        sendLag.merge(generator.sendLag)
        processorTime += generator.userTime + generator.systemTime
        littlesLaw.underWay += generator.meanOutstanding
        guard generator.wallTime > 0 else { return }
        littlesLaw.expected += generator.attendedTime / generator.wallTime
        if let waited = generator.waitTime {
            waiting = max(waiting ?? 0, waited / generator.wallTime)
        }
        let used = generator.threadUserTime + generator.threadSystemTime
        guard used / generator.wallTime > busiestCore else { return }
        busiestCore = used / generator.wallTime
        let polling = generator.awakeTime / generator.wallTime
        busiestPolling = polling > 0 ? polling : nil
    }

    package var seconds: Double { Double(measureEnd - measureStart) / 1e9 }

    /// Successes per second of measurement; nil when there was none.
    package var throughput: Double? { seconds > 0 ? Double(counts.ok) / seconds : nil }

    /// Why the measurement says nothing about the store; empty when it counts.
    ///
    /// - Parameters:
    ///   - endings: What became of each worker.
    ///   - toleratedLag: In seconds.
    ///   - maySetTheRate: Whether a closed loop may be as fast as its threads.
    package func voidReasons(
        endings: [String],
        toleratedLag: Double = VoidReason.toleratedLag,
        maySetTheRate: Bool = false
    ) -> [String] {
        endings.filter { $0.hasPrefix("failed") }.map { "a load worker \($0)" }
            + generatorReasons(toleratedLag, maySetTheRate: maySetTheRate).map(\.text)
    }

    /// Whether `voidReasons` has nothing but that the load was late.
    package func isLateAlone(endings: [String], toleratedLag: Double) -> Bool {
        let reasons = generatorReasons(toleratedLag)
        return !reasons.isEmpty && reasons.allSatisfy(\.isLateness)
            && !endings.contains { $0.hasPrefix("failed") }
    }

    private func generatorReasons(
        _ toleratedLag: Double,
        maySetTheRate: Bool = false
    ) -> [VoidReason] {
        var evidence = GeneratorEvidence(isOpenLoop: offered != nil)
        evidence.toleratedLag = toleratedLag
        evidence.maySetTheRate = maySetTheRate
        evidence.scheduled = scheduled
        evidence.issued = issued
        evidence.sendLag = sendLag
        evidence.response = latency
        evidence.busiestThread = busiestCore
        return VoidReason.reasons(evidence)
    }

    package var health: GeneratorHealth {
        let operations = counts.ok + counts.failed + counts.unknown
        return GeneratorHealth(
            sendLagP99: sendLag.supported(0.99)?.seconds,
            sendLagMax: sendLag.isEmpty ? nil : Double(sendLag.maximum) / 1e9,
            busiestCore: busiestCore,
            cpuPerOperation: operations > 0 ? processorTime / Double(operations) : nil,
            waiting: waiting,
            underWay: littlesLaw.underWay,
            expectedUnderWay: littlesLaw.expected,
            workers: workers
        )
    }
}

extension LatencySummary {
    /// nil without observations.
    package init?(_ histogram: LatencyHistogram) {
        guard !histogram.isEmpty else { return nil }
        self.init(
            count: Int(histogram.count),
            p50: histogram.supported(0.5)?.seconds,
            p99: histogram.supported(0.99)?.seconds,
            p999: histogram.supported(0.999)?.seconds,
            max: Double(histogram.maximum) / 1e9
        )
    }
}
