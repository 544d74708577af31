internal import Clusters
internal import Faults
internal import Histories
internal import LoadGeneration
internal import Quantities
internal import Report
internal import Workloads

// The measurement.
extension Trial {
    struct Measurement {
        var results: [WorkerResult]
        var ledgers: [KeyLedger]
        var probes: [ProbeSample] = []
        var faults: [FaultAccount]
        /// CLOCK_MONOTONIC.
        var healedAt: Int64
        /// At the beginning and at the end.
        var nodes: [NodeSnapshot] = []
    }

    func measure(
        _ cluster: Cluster,
        _ load: LoadWorkers
    ) async throws(ClusterError) -> Measurement {
        let plan = setting.trial.cell.workload
        var cutShortAt: Int64?
        var snapshots: [NodeSnapshot] = []
        let start = TrialClock.now + Self.startLead
        let measureStart = start + nanoseconds(plan.warmup)
        let measureEnd = measureStart + nanoseconds(plan.measure)
        clock.measureStart = measureStart
        let actuator = makeActuator(cluster, measureStart: measureStart)
        let schedule = setting.faults
        load.begin(at: start)
        online?.begin()
        defer { online?.end() }
        let faults = Task { await actuator.run(schedule, from: UInt64(measureStart)) }
        do throws(ClusterError) {
            clock.enter("warm-up", length: plan.warmup)
            try await watch(load, until: measureStart)
            checkSteadyState(load)
            clock.enter("measure", length: plan.measure)
            snapshots.append(await .take(of: cluster))
            try await watch(load, until: measureEnd)
            if Interruption.isRequested, TrialClock.now < measureEnd {
                cutShortAt = TrialClock.now
                load.stop()
            }
            if online?.violation != nil { load.stop() }
            clock.enter("drain")
            snapshots.append(await .take(of: cluster))
            try await load.awaitFinished(within: plan.timeout + Self.drainBound)
            if let violation = online?.violation { await hold(cluster, actuator, violation) }
        } catch {
            await actuator.healEverything()
            await faults.value
            throw error
        }
        clock.enter("heal")
        await actuator.healEverything()
        await faults.value
        let healedAt = TrialClock.now
        let (results, ledgers) = try load.results()
        let records = actuator.records
        if let cutShortAt {
            let struck = Set(records.map(\.index))
            let missed = schedule.entries.filter { !struck.contains($0.index) }
            doubts.append(cutShort(at: cutShortAt - measureStart, before: missed))
        }
        return Measurement(
            results: results,
            ledgers: ledgers,
            faults: records.map { FaultAccount(record: $0, measureStart: measureStart) },
            healedAt: healedAt,
            nodes: snapshots
        )
    }

    /// Why a trial that the user ended proves nothing, for want of what was still to come.
    private func cutShort(at time: Int64, before missed: [FaultSchedule.Entry]) -> String {
        let measured = durationText(.milliseconds(max(0, time / 100_000_000 * 100)))
        let whole = durationText(setting.trial.cell.workload.measure)
        let faults = missed.map { entry in
            "; \(type(of: entry.fault).name) was due at \(durationText(entry.at)) and never struck"
        }
        return "interrupted after \(measured) of a measurement of \(whole)" + faults.joined()
    }

    private func makeActuator(_ cluster: Cluster, measureStart: Int64) -> ClusterActuator {
        let slots = SlotLoad(
            workload: setting.workload.base,
            workers: setting.workers,
            trialSeed: setting.seed
        )
        let (journal, progress) = (surroundings.journal, surroundings.progress)
        let number = setting.trial.number
        return ClusterActuator(cluster, load: { slots.share(of: $0) }) { record in
            let account = FaultAccount(record: record, measureStart: measureStart)
            journal.append(account.journalLine(trial: number))
            progress.fault(record.index, account.name, isActive: account.isActive, account.deed)
        }
    }

    /// Waits, shows what goes on, and ends early when the user asks or a worker is gone.
    private func watch(
        _ load: LoadWorkers,
        until end: Int64
    ) async throws(ClusterError) {
        while TrialClock.now < end, !Interruption.isRequested, online?.violation == nil {
            try load.check()
            let (rate, p99) = load.progress
            surroundings.progress.measured(rate: rate, p99: p99)
            let rest = Duration.nanoseconds(max(0, end - TrialClock.now))
            try? await Task.sleep(for: min(rest, .milliseconds(100)))
        }
    }

    /// Says what was found; with a terminal, the nodes stay as they are until the user has looked.
    private func hold(
        _ cluster: Cluster,
        _ actuator: ClusterActuator,
        _ violation: String
    ) async {
        notes.append("the load was ended at the first violation: \(violation)")
        surroundings.progress.note("violation: \(violation); the load has ended")
        actuator.stop()
        guard Hold.isAttended else { return }
        clock.enter("hold")
        let hold = Hold(
            cluster: cluster,
            progress: surroundings.progress,
            watchdog: surroundings.watchdog,
            hasOwnNetwork: surroundings.fabric == NamespacesFabric.self
        )
        await hold.wait()
    }

    /// Whether the load was ended because something was found that cannot be right.
    var foundViolation: Bool { online?.violation != nil }

    /// A store that does not serve before anything was broken says nothing about faults.
    private func checkSteadyState(_ load: LoadWorkers) {
        guard setting.trial.cell.workload.warmup >= .seconds(1), !Interruption.isRequested,
            load.progress.rate == 0
        else { return }
        voids.append("no request succeeded at the end of the warm-up, before any fault")
    }
}

private func nanoseconds(_ duration: Duration) -> Int64 {
    Int64(max(0, duration / .nanoseconds(1)))
}
