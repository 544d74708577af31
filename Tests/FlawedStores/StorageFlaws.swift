import Replication
import Simulation
import Storage
import Topology

struct AcknowledgesBeforeSync: StoreFlaw {
    static let name = "acknowledge-before-sync"
    static let summary = "what was written is reported as persisted before it is synced"

    func logSteps(_ honest: [LogStep]) -> [LogStep] {
        [
            .synchronizePrevious, .create, .write, .report, .synchronize,
            .synchronizeBeforeRemoval, .remove,
        ]
    }
}

struct ForgetsTheTerm: StoreFlaw {
    static let name = "forget-the-term"
    static let summary = "a restarted replica does not know which term it promised to follow"

    func replayed(_ record: LogRecord) -> [LogRecord] {
        if case .term = record { return [] }
        return [record]
    }
}

struct TruncatesTooLittle: StoreFlaw {
    static let name = "truncate-too-little"
    static let summary = "one entry too many stays in the log where a new primary's differs"

    func wanted(_ effect: Effect) -> Effect? {
        guard case .persist(let sequence, .truncate(let shard, let index)) = effect else {
            return effect
        }
        return .persist(sequence: sequence, .truncate(shard, after: index + 1))
    }
}

struct ResurrectsDeletes: StoreFlaw {
    static let name = "resurrect-a-delete"
    static let summary = "a recovering process skips deletes"

    func replayed(_ record: LogRecord) -> [LogRecord] {
        guard case .entry(let shard, let position, let command) = record,
            command.kind == .delete
        else { return [record] }
        return [.entry(shard, position, .noOperation)]
    }
}

struct AppliesTwice: StoreFlaw {
    static let name = "apply-twice-on-recovery"
    static let summary = "a checkpoint stands one entry before what it holds"

    func wanted(_ effect: Effect) -> Effect? { effect }

    func replayed(_ record: LogRecord) -> [LogRecord] {
        guard case .snapshotBegin(let shard, var position) = record, position.index > 1 else {
            return [record]
        }
        position.index -= 1
        return [.snapshotBegin(shard, position)]
    }
}

struct KeepsTheCopysName: StoreFlaw {
    static let name = "keep-the-copys-name"
    static let summary = "a process that lost its memory says it still holds the same copy"

    func copy(_ honest: CopyID, after predecessor: CopyID?) -> CopyID { predecessor ?? honest }
}
