import Histories

/// Draws up how long the store was away.
struct AvailabilityJudge {
    private let evidence: TrialEvidence
    private let probes: [ProbeTimeline]

    init(_ evidence: TrialEvidence) {
        self.evidence = evidence
        let names = Set(evidence.probes.map(\.initialPrimary)).sorted()
        probes = names.map { name in
            ProbeTimeline(
                initialPrimary: name,
                samples: evidence.probes.filter { $0.initialPrimary == name },
                start: evidence.measurementStart,
                end: evidence.measurementEnd
            )
        }
    }

    static func account(of evidence: TrialEvidence) -> AvailabilityAccount {
        let judge = AvailabilityJudge(evidence)
        let samples = evidence.probes.filter {
            $0.sentAt >= evidence.measurementStart && $0.sentAt <= evidence.measurementEnd
        }
        let successes = samples.count { $0.outcome == .ok }
        return AvailabilityAccount(
            probes: judge.probes.count,
            samples: samples.count,
            successes: samples.isEmpty ? 0 : Double(successes) / Double(samples.count),
            worstOutage: judge.worstOutage,
            faults: evidence.faults.indices.compactMap(judge.cost)
        )
    }

    private var worstOutage: AvailabilityAccount.Outage? {
        worstOutage { _, _ in true }
    }

    /// Of the stretches without a success that the condition takes, the longest.
    private func worstOutage(
        where condition: (_ start: Int64, _ end: Int64) -> Bool
    ) -> AvailabilityAccount.Outage? {
        var worst: (probe: Int, start: Int64, end: Int64)?
        for probe in probes {
            for gap in probe.gaps
            where gap.end - gap.start > (worst.map { $0.end - $0.start } ?? -1)
                && condition(gap.start, gap.end)
            {
                worst = (probe.initialPrimary, gap.start, gap.end)
            }
        }
        return worst.map { worst in
            AvailabilityAccount.Outage(
                initialPrimary: worst.probe,
                start: evidence.seconds(worst.start),
                end: evidence.seconds(worst.end)
            )
        }
    }

    private func cost(of index: Int) -> AvailabilityAccount.FaultCost? {
        let fault = evidence.faults[index]
        guard let applied = fault.appliedAt, applied <= evidence.measurementEnd else { return nil }
        let until = end(ofFaultAppliedAt: applied)
        let fresh = probes.map { $0.firstFreshSuccess(after: applied) }
        let answered = fresh.compactMap { $0 }
        let outage = worstOutage { isCharged(applied, until, with: ($0, $1)) }
        let stuck = evidence.slowRequests.filter {
            isCharged(applied, until, with: ($0.startedAt, $0.completedAt))
        }
        let recovery = RateRecovery(counts: evidence.okPerBucket).result(
            applied: applied - evidence.measurementStart,
            until: until - evidence.measurementStart
        )
        return AvailabilityAccount.FaultCost(
            fault: index,
            name: fault.name,
            firstFreshSuccess: answered.count == probes.count
                ? answered.max().map(Self.seconds) : nil,
            worstOutage: outage?.duration,
            outage: outage,
            stuckTail: Self.seconds(stuck.map { $0.completedAt - $0.startedAt }.max() ?? 0),
            timeToNinetyPercent: recovery?.timeToNinetyPercent.map(Self.seconds),
            rateBefore: recovery?.rateBefore,
            requests: requests(
                from: applied,
                until: until,
                late: stuck.count { $0.outcome == .ok }
            )
        )
    }

    /// Whether a fault answers for what was under way in its time.
    ///
    /// What the next fault strikes before it was slow is the next one's.
    private func isCharged(
        _ applied: Int64,
        _ until: Int64,
        with stretch: (start: Int64, end: Int64)
    ) -> Bool {
        guard stretch.end > applied, stretch.start < until else { return false }
        let isStruckAgain = until < evidence.measurementEnd && stretch.end > until
        return !isStruckAgain
            || until - stretch.start >= min(SlowRequest.threshold, until - applied)
    }

    /// What ended within the tenth of a second of the fault counts as its own.
    private func requests(
        from applied: Int64,
        until: Int64,
        late: Int
    ) -> AvailabilityAccount.FaultCost.Requests? {
        let counts = [evidence.failedPerBucket, evidence.unknownPerBucket]
        guard counts.contains(where: { !$0.isEmpty }) else { return nil }
        func bucket(_ time: Int64) -> Int {
            Int((time - evidence.measurementStart) / RateRecovery.bucket)
        }
        let sums = counts.map { counts in
            // Who struck last also has what ends while the load drains.
            let end = until < evidence.measurementEnd ? bucket(until) : counts.count
            return counts.prefix(end).dropFirst(max(0, bucket(applied))).reduce(0, +)
        }
        return .init(failed: sums[0], unknown: sums[1], late: late)
    }

    /// A fault's time runs until the next one strikes, or until the measurement ends.
    private func end(ofFaultAppliedAt applied: Int64) -> Int64 {
        let later = evidence.faults.compactMap(\.appliedAt).filter { $0 > applied }
        return min(later.min() ?? .max, evidence.measurementEnd)
    }

    private static func seconds(_ nanoseconds: Int64) -> Double {
        Double(nanoseconds) / 1e9
    }
}
