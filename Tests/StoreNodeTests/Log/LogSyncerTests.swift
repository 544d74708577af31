import Glibc
import Storage
import StoreNode
import Testing

@Suite struct LogSyncerTests {
    private let medium = TestMedium()
    private let persisted = Shared<UInt64>(0)
    private let failures = Shared<[FileFailure]>([])
    private let clock = Shared<UInt64>(1_000_000_000)

    private func syncer() throws -> LogSyncer {
        let (persisted, failures, clock) = (persisted, failures, clock)
        return try LogSyncer(
            now: { clock.value },
            onPersisted: { sequence in persisted.change { $0 = max($0, sequence) } },
            onFailure: { failure in failures.change { $0.append(failure) } }
        )
    }

    private func batch(upTo sequence: UInt64) -> LogBatch {
        var queue = LogQueue(
            header: SegmentHeader(dataID: 7, segment: 1, previousEnd: 0),
            durability: .logEverySecond,
            segmentBytes: 1 << 20
        )
        queue.append(upTo: sequence) { _ in }
        return queue.takeBatch()
    }

    @Test func `acknowledgements stop while data has been un-synced for two seconds`() throws {
        let syncer = try syncer()
        medium.change { $0.isDiskHanging = true }
        try syncer.wrote(medium, batch(upTo: 1))
        #expect(persisted.value == 1)
        #expect(comesTrue { medium.now.isSyncWaiting })
        clock.change { $0 += SyncSchedule.stalenessLimit / 2 }
        try syncer.wrote(medium, batch(upTo: 2))
        #expect(persisted.value == 2)
        clock.change { $0 += SyncSchedule.stalenessLimit / 2 + 1 }
        try syncer.wrote(medium, batch(upTo: 3))
        #expect(persisted.value == 2)
        medium.change { $0.isDiskHanging = false }
        #expect(comesTrue { persisted.value == 3 })
        try syncer.close()
    }

    @Test func `a sync that fails in the background is reported, and the next write says so`()
        throws
    {
        let syncer = try syncer()
        let failure = FileFailure("sync", "the log", code: EIO)
        medium.change { $0.syncFailure = failure }
        try syncer.wrote(medium, batch(upTo: 1))
        #expect(comesTrue { failures.value == [failure] })
        #expect(throws: failure) { try syncer.wrote(medium, batch(upTo: 2)) }
        #expect(persisted.value == 1)
        #expect(throws: failure) { try syncer.close() }
    }
}
