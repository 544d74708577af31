import CJemalloc
import Testing

@testable import LoadGeneration

/// What the engine takes from the allocator while it does nothing but carry requests.
@Suite(.serialized) struct AllocationTests {
    private static let requests = 100_000
    /// Bytes a request; an object takes 32 at least.
    private static let most = 16.0
    /// Bytes a second, however many requests: every tenth of one is packed away, and a histogram that
    /// begins anew takes its buckets anew.
    private static let mostBesides = 500_000.0

    @Test(arguments: [
        LoadShape.closed(pipeline: 1), .closed(pipeline: 16), .open(operationsPerSecond: 20_000),
    ])
    func `in steady state a request takes nothing from the allocator`(
        load: LoadShape
    ) async throws {
        try await withNodes(1) { nodes in
            var configuration = WorkerConfiguration.brief(nodes, load: load)
            configuration.measure = .seconds(60)
            // A busy machine makes requests late, never what is allocated for them more.
            configuration.limits.request = .seconds(10)
            configuration.limits.silence = .seconds(10)
            let run = try await WorkerRun.of(configuration) { worker in
                // Buffers that grow with use have grown by then.
                // Whoever asks the worker's thread makes it allocate, so its own words are read.
                let told = { worker.events.last { $0.event == .progress }?.ok ?? 0 }
                try await eventually("the load is under way", within: .seconds(30)) {
                    told() > 20_000
                }
                // A buffer may still double once; what each request takes is taken in every stretch.
                var stretches: [Double] = []
                repeat {
                    let before = await Self.taken(by: worker)
                    let start = ContinuousClock.now
                    try await eventually("enough was asked", within: .seconds(50)) {
                        told() >= before.requests + Self.requests
                    }
                    let after = await Self.taken(by: worker)
                    let seconds = (ContinuousClock.now - start) / .seconds(1)
                    let bytes = Double(after.bytes - before.bytes) - seconds * Self.mostBesides
                    stretches.append(bytes / Double(after.requests - before.requests))
                } while stretches.count < 4 && stretches.allSatisfy { $0 >= Self.most }
                worker.obey(.stop)
                #expect(stretches.contains { $0 < Self.most }, "\(stretches) bytes a request")
            }
            #expect(run.counts.failed == 0 && run.counts.unknown == 0, "\(run.result.failures)")
        }
    }

    @Test func `the allocator counts what this thread takes`() {
        let before = allocatedBytes()
        let array = [UInt8](repeating: 1, count: 1000)
        #expect(allocatedBytes() - before >= array.count)
    }

    /// Asked on the worker's own thread, since the allocator counts by thread.
    private static func taken(by worker: ControlledWorker) async -> (bytes: Int, requests: Int) {
        await worker.onLoop { session in
            session.engine.recorder.endRun()
            let total = session.engine.recorder.total
            return (allocatedBytes(), total.ok + total.failed + total.unknown)
        }
    }
}

/// What the calling thread has ever taken from the allocator.
private func allocatedBytes() -> Int {
    var count: UInt64 = 0
    var size = MemoryLayout<UInt64>.size
    let failure = unsafe mallctl("thread.allocated", &count, &size, nil, 0)
    return failure == 0 ? Int(count) : 0
}
