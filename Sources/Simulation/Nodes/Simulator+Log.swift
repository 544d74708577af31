import Replication
import Storage
import Topology

/// A process's log: the steps of the real writer, each taking its time.
extension Simulator {
    private static let writeTime: UInt64 = 12_000
    private static let directoryTime: UInt64 = 300_000

    private mutating func syncTime(_ place: Int) -> UInt64 {
        circumstances.sync.draw(&diskGenerator) + nodes[place].syncDelay
    }

    /// Begins to write what waits, unless something is being written.
    mutating func beginLog(_ place: Int) {
        guard nodes[place].log?.begin() == true else { return }
        advanceLog(place)
    }

    /// The step that took its time is done.
    mutating func continueLog(_ place: Int) {
        guard let step = nodes[place].currentLogStep(logSteps) else { return }
        switch step {
        case .synchronizePrevious, .synchronize, .synchronizeBeforeRemoval:
            nodes[place].finishSync()
        case .create: nodes[place].disk.synchronizeDirectory()
        case .write, .report, .remove: break
        }
        nodes[place].log?.stage += 1
        advanceLog(place)
    }

    /// Takes the next steps up to one that takes time.
    private mutating func advanceLog(_ place: Int) {
        let durability = circumstances.durability
        while let step = nodes[place].nextLogStep(durability, logSteps) {
            if let time = begin(step, place) {
                schedule(.logStep, place, at: now + time)
                return
            }
            nodes[place].log?.stage += 1
        }
    }

    /// Begins a step; nil where it is done at once.
    private mutating func begin(_ step: LogStep, _ place: Int) -> UInt64? {
        switch step {
        case .synchronizePrevious, .synchronize, .synchronizeBeforeRemoval:
            nodes[place].beginSync()
            return syncTime(place)
        case .create:
            nodes[place].createSegment()
            return Self.directoryTime
        case .write:
            nodes[place].writeBatch()
            return circumstances.durability == .logAlways ? nil : Self.writeTime
        case .report:
            report(nodes[place].currentSequence(), place)
            return nil
        case .remove:
            nodes[place].removeSegments()
            return nil
        }
    }

    private mutating func report(_ sequence: UInt64, _ place: Int) {
        guard circumstances.durability == .logEverySecond else {
            step(place, .persisted(upTo: sequence))
            return
        }
        let reading = nodes[place].clock.reading(at: now)
        let reported = nodes[place].log?.schedule.wrote(upTo: sequence, at: reading)
        if let reported = reported ?? nil {
            step(place, .persisted(upTo: reported))
        }
    }

    /// Under `log-everysec`, the other thread: begins a sync, or ends one.
    mutating func continueSyncer(_ place: Int) {
        guard let isSyncing = nodes[place].log?.isSyncing else { return }
        if isSyncing {
            nodes[place].finishBackgroundSync()
            let reading = nodes[place].clock.reading(at: now)
            let released = nodes[place].log?.schedule.endSync(at: reading)
            if let released = released ?? nil {
                step(place, .persisted(upTo: released))
            }
        } else if nodes[place].beginBackgroundSync() {
            schedule(.syncerStep, place, at: now + syncTime(place))
            return
        }
        schedule(
            .syncerStep,
            place,
            at: now + nodes[place].clock.span(of: SyncSchedule.interval)
        )
    }

    /// Writes shards anew where the log is too long for what it stands for.
    mutating func compactLog(_ place: Int) {
        nodes[place].shortenLog(circumstances.segmentBytes, at: now)
        beginLog(place)
    }
}
