import StoreNode

/// Segments in memory that fail or wait when a test says so.
final class TestMedium: LogMedium, LogSegment {
    private let state = Shared(State())

    struct State: Sendable {
        var segments: [UInt64] = []
        var bytes: [[UInt8]] = []
        var syncs = 0
        var removedBefore: UInt64 = 0
        /// Syncs wait while this is set.
        var isDiskHanging = false
        var isSyncWaiting = false
        var writeFailure: FileFailure?
        var syncFailure: FileFailure?
    }

    var now: State { state.value }

    func change(_ body: (inout State) -> Void) { state.change(body) }

    func create(_ segment: UInt64) throws(FileFailure) -> any LogSegment {
        state.change { state in
            state.segments.append(segment)
            state.bytes.append([])
        }
        return self
    }

    func remove(before segment: UInt64) throws(FileFailure) {
        state.change { $0.removedBefore = segment }
    }

    func write(_ bytes: [UInt8], count: Int) throws(FileFailure) {
        if let failure = now.writeFailure { throw failure }
        state.change { state in
            state.bytes[state.bytes.count - 1].append(contentsOf: bytes.prefix(count))
        }
    }

    func synchronize() throws(FileFailure) {
        state.change { $0.isSyncWaiting = true }
        _ = comesTrue { !now.isDiskHanging }
        state.change { state in
            state.isSyncWaiting = false
            state.syncs += 1
        }
        if let failure = now.syncFailure { throw failure }
    }
}
