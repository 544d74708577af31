internal import CSystemCalls
public import Faults
internal import Synchronization

/// Carries out fault schedules on real processes and links.
///
/// What is quick (cuts, signals) is done by one punctual thread at its moment; what has to wait (a
/// start, evidence) is done beside it, so that no fault delays another.
public final class ClusterActuator: Sendable {
    private let cluster: Cluster
    private let load: (@Sendable (ClosedRange<Int>) -> Double)?
    private let onChange: @Sendable (FaultRecord) -> Void
    private let state = Mutex(State())

    /// A run that was stopped ends with the slowest of its healings.
    private static let endBound = Duration.seconds(60)

    private struct State {
        var active: [Int: ActiveFault] = [:]
        var records: [Int: FaultRecord] = [:]
        var timeline: Timeline?
        /// Healings that were begun and are not finished.
        var healing = 0
        var isOver = false
        var isRunning = false
    }

    /// A fault that has struck, while its healing is not begun.
    struct ActiveFault: Sendable {
        let strike: FaultStrike
        let processesBefore: [Endpoint: Int32]
        /// Does what waits, and reads what has to be read soon after.
        let aftermath: Task<Aftermath, Never>
    }

    /// What came of a strike beside the punctual thread.
    struct Aftermath: Sendable {
        var evidence: [FaultEvidence]
        var problems: [String] = []
        /// When a strike that takes its time was over.
        var endedAt: UInt64?
    }

    /// Strikes nothing yet.
    ///
    /// `load` says how much of the load falls on a range of slots (`Cluster.view`). `onChange` is told
    /// a fault's record when it has struck and when it has been healed, on any thread.
    public init(
        _ cluster: Cluster,
        load: (@Sendable (ClosedRange<Int>) -> Double)? = nil,
        onChange: @escaping @Sendable (FaultRecord) -> Void = { _ in }
    ) {
        self.cluster = cluster
        self.load = load
        self.onChange = onChange
    }

    /// Carries out the whole schedule, counted from `start` (nanoseconds of CLOCK_MONOTONIC).
    ///
    /// Returns when every fault that has a time to heal is healed, or soon after `stop`. Faults
    /// without one stay until `healEverything`. Once for each actuator.
    public func run(_ schedule: FaultSchedule, from start: UInt64) async {
        let (healings, queue) = AsyncStream<Healing>.makeStream()
        let timeline = Timeline(moments(of: schedule, from: start, queue))
        let isOver = state.withLock { state in
            state.timeline = timeline
            state.isRunning = true
            return state.isOver
        }
        if isOver { timeline.stop() }
        await withTaskGroup { group in
            group.addTask {
                await timeline.run()
                queue.finish()
            }
            for await healing in healings {
                group.addTask { await self.finish(healing) }
            }
        }
        state.withLock { $0.isRunning = false }
    }

    /// No further fault strikes; what has struck is not healed.
    public func stop() {
        let timeline = state.withLock { state in
            state.isOver = true
            return state.timeline
        }
        timeline?.stop()
    }

    /// Heals whatever is not healed yet, after the end of a `run` that is still at work.
    public func healEverything() async {
        stop()
        _ = await eventually(within: Self.endBound) {
            self.state.withLock { $0.isRunning } ? nil : true
        }
        let waiting = state.withLock { $0.active.keys.sorted() }
        await withTaskGroup { group in
            for index in waiting {
                guard let healing = begin(healing: index) else { continue }
                group.addTask { await self.finish(healing) }
            }
        }
        // Some are over by themselves at this moment.
        _ = await eventually(within: Self.endBound) {
            self.state.withLock { $0.healing == 0 ? true : nil }
        }
    }

    /// What became of every fault that was due, in the order of the schedule.
    public var records: [FaultRecord] {
        state.withLock { state in state.records.sorted { $0.key < $1.key }.map(\.value) }
    }

    /// The faults that have struck and are not healed, for a display.
    public var active: [FaultRecord] {
        records.filter { $0.appliedAt != nil && $0.healedAt == nil }
    }

    private func moments(
        of schedule: FaultSchedule,
        from start: UInt64,
        _ queue: AsyncStream<Healing>.Continuation
    ) -> [(at: UInt64, call: @Sendable () -> Void)] {
        var moments: [(at: UInt64, call: @Sendable () -> Void)] = []
        for entry in schedule.entries {
            let strikes = start + nanoseconds(entry.at)
            let heals = entry.healsAt.map { start + nanoseconds($0) }
            moments.append((strikes, { self.strike(entry, at: strikes, until: heals) }))
            guard let heals else { continue }
            moments.append(
                (
                    heals,
                    {
                        guard let healing = self.begin(healing: entry.index) else { return }
                        queue.yield(healing)
                    }
                )
            )
        }
        return moments
    }

    private func nanoseconds(_ duration: Duration) -> UInt64 {
        UInt64(max(0, duration / .nanoseconds(1)))
    }
}

// On the timeline's thread.
extension ClusterActuator {
    private func strike(_ entry: FaultSchedule.Entry, at scheduled: UInt64, until heals: UInt64?) {
        let (victim, strike) = entry.strike(in: cluster.view(load: load))
        var record = FaultRecord(
            index: entry.index,
            fault: type(of: entry.fault).name,
            target: entry.fault.target?.text,
            scheduledAt: scheduled
        )
        record.victim = victim
        record.healScheduledAt = heals
        record.note = entry.fault.note
        record.actions = strike.actions.map(\.description)
        record.touched = strike.touched
        for action in strike.actions {
            if let node = action.joiningNode { cluster.takeSpare(node) }
        }
        guard !strike.actions.isEmpty else {
            record.problems.append("there was nobody to strike")
            return publish(record)
        }
        var before: [Endpoint: Int32] = [:]
        // Another may stand in its place before anybody reads.
        var watched: [Endpoint: ChildProcess] = [:]
        for endpoint in strike.processes {
            watched[endpoint] = cluster.processes.process(of: endpoint)
            before[endpoint] = watched[endpoint]?.id
        }
        for action in strike.actions where action.isQuick {
            guard let problem = cluster.carryOut(action) else { continue }
            record.problems.append(problem)
            // Whatever is read of a process that was not struck proves nothing.
            if let missed = action.process { before[missed] = nil }
        }
        record.appliedAt = ordeal_monotonic_nanoseconds()
        let cluster = self.cluster
        let struck = before
        let slow = strike.actions.filter { !$0.isQuick }
        let aftermath = Task { [watched] in
            var aftermath = Aftermath(evidence: [])
            for action in slow {
                guard let problem = await cluster.carryOutPatiently(action) else { continue }
                aftermath.problems.append(problem)
            }
            if !slow.isEmpty { aftermath.endedAt = ordeal_monotonic_nanoseconds() }
            aftermath.evidence = await cluster.readSoon(
                strike.evidence,
                of: struck,
                watched: watched
            )
            return aftermath
        }
        let active = ActiveFault(strike: strike, processesBefore: struck, aftermath: aftermath)
        state.withLock { $0.active[entry.index] = active }
        publish(record)
        guard !slow.isEmpty, strike.healing.isEmpty else { return }
        // It is over by itself, unless all faults are healed before.
        Task {
            _ = await aftermath.value
            guard let healing = self.begin(healing: entry.index) else { return }
            await self.finish(healing)
        }
    }

    /// Does the quick part of a healing; nil where there is nothing to heal.
    private func begin(healing index: Int) -> Healing? {
        let found = state.withLock { state -> (ActiveFault, FaultRecord)? in
            guard let active = state.active.removeValue(forKey: index),
                let record = state.records[index]
            else { return nil }
            state.healing += 1
            return (active, record)
        }
        guard let (active, record) = found else { return nil }
        var healing = Healing(record: record, active: active)
        healing.record.evidence += cluster.readDropped(active.strike)
        while let action = healing.remaining.first, action.isQuick {
            if let problem = cluster.carryOut(action) { healing.record.problems.append(problem) }
            healing.remaining.removeFirst()
        }
        if healing.remaining.isEmpty { healing.record.healedAt = ordeal_monotonic_nanoseconds() }
        return healing
    }

    private func publish(_ record: FaultRecord) {
        state.withLock { $0.records[record.index] = record }
        onChange(record)
    }
}

// Beside it.
extension ClusterActuator {
    /// What is left of a healing: actions that wait for something, and readings.
    struct Healing: Sendable {
        var record: FaultRecord
        let active: ActiveFault
        var remaining: ArraySlice<FaultAction>

        init(record: FaultRecord, active: ActiveFault) {
            self.record = record
            self.active = active
            remaining = active.strike.healing[...]
        }
    }

    private func finish(_ healing: Healing) async {
        var record = healing.record
        for action in healing.remaining {
            if let problem = await cluster.carryOutPatiently(action) {
                record.problems.append(problem)
            }
        }
        let aftermath = await healing.active.aftermath.value
        record.problems += aftermath.problems
        if let endedAt = aftermath.endedAt {
            record.healedAt = endedAt
        } else if record.healedAt == nil {
            record.healedAt = ordeal_monotonic_nanoseconds()
        }
        record.evidence = aftermath.evidence + record.evidence
        record.evidence += cluster.readReplaced(
            healing.active.strike,
            before: healing.active.processesBefore
        )
        publish(record)
        state.withLock { $0.healing -= 1 }
    }
}
