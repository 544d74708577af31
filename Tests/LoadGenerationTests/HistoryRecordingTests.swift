import Histories
import Testing
import Workloads

@testable import LoadGeneration

@Suite(.serialized) struct HistoryRecordingTests {
    static func configuration(
        _ nodes: [ScriptedNode],
        _ workload: any Workload,
        load: LoadShape = .open(operationsPerSecond: 2000)
    ) -> WorkerConfiguration {
        var workload = workload
        workload.records = 10
        var configuration = WorkerConfiguration.brief(nodes, load: load)
        configuration.workload = AnyWorkload(workload)
        configuration.historyLimit = 1 << 24
        return configuration
    }

    /// Those that a judge can make something of.
    private static let judged = workloads.indices.filter {
        let kinds = workloads[$0].init().mix.shares.map(\.kind)
        return !kinds.contains { [.insert, .scan, .readModifyWrite, .command].contains($0) }
    }

    @Test(arguments: judged)
    func `every request of every workload is in the history with its answer`(
        index: Int
    ) async throws {
        try await withNodes(2) { nodes in
            let endpoints = nodes.map(\.endpoint)
            for node in nodes {
                node.with { state in
                    state.map = [
                        SlotRange(slots: 0...8_191, primary: endpoints[0], replicas: []),
                        SlotRange(slots: 8_192...16_383, primary: endpoints[1], replicas: []),
                    ]
                }
            }
            let workload = workloads[index].init()
            let run = try await WorkerRun.of(Self.configuration(nodes, workload))
            #expect(run.exitCode == 0)
            #expect(run.counts.ok > 1000, "\(run.result.failures)")
            #expect(run.counts.failed == 0 && run.counts.unknown == 0, "\(run.result.failures)")
            let recording = try #require(run.recording)
            #expect(recording.endings == [.whole])
            let operations = recording.history.operations
            #expect(operations.count == run.counts.ok + run.result.inserted.ok)
            #expect(operations.allSatisfy { $0.outcome == .ok && $0.invoked <= $0.completed })
            expectOneThingAtATime(operations)
            expectAnswersAreWhole(recording.history)
            #expect(run.result.history?.operations == operations.count)
        }
    }

    /// A process asks for the next thing after it was told of the last.
    private func expectOneThingAtATime(_ operations: [RecordedOperation]) {
        var completed: [UInt32: Int64] = [:]
        for operation in operations {
            #expect(operation.invoked > completed[operation.process] ?? 0)
            completed[operation.process] = operation.completed
        }
    }

    private func expectAnswersAreWhole(_ history: History) {
        // A value is written once to its key.
        var writtenAt: [[UInt32]: Int64] = [:]
        for operation in history.operations {
            switch operation.action {
            case .write(let value), .append(let value), .insert(let value),
                .compareAndSet(_, let value, _):
                let name = [operation.key.rawValue, value.rawValue]
                #expect(writtenAt[name] == nil, "written twice: \(history.text(of: value))")
                writtenAt[name] = operation.invoked
            default: break
            }
        }
        for operation in history.operations {
            switch operation.action {
            case .read(let value):
                let at = value.flatMap { writtenAt[[operation.key.rawValue, $0.rawValue]] }
                #expect(at.map { $0 < operation.completed } ?? false)
            case .readAll(let elements):
                #expect(elements != nil)
                for value in history.elements(elements ?? Extent(start: 0, count: 0)) {
                    let at = writtenAt[[operation.key.rawValue, value.rawValue]]
                    #expect(at.map { $0 < operation.completed } ?? false)
                }
            case .compareAndSet(_, _, let swapped): #expect(swapped != nil)
            case .add(_, let total), .readCounter(let total): #expect(total != nil)
            case .transaction(let steps):
                for step in history.steps(steps) {
                    switch step.kind {
                    case .readAll(let elements): #expect(elements != nil)
                    case .readNumber(let number): #expect(number != nil)
                    default: break
                    }
                }
            default: break
            }
        }
    }

    @Test func `compare-and-sets mostly find what they expect`() async throws {
        try await withNodes(1) { nodes in
            let run = try await WorkerRun.of(Self.configuration(nodes, RegisterWorkload()))
            let history = try #require(run.recording).history
            let outcomes = history.operations.compactMap { operation -> Bool? in
                guard case .compareAndSet(_, _, let swapped) = operation.action else { return nil }
                return swapped
            }
            #expect(outcomes.filter { $0 }.count > 100)
        }
    }

    @Test func `the money of a bank stays the same, and transactions are one`() async throws {
        try await withNodes(1) { nodes in
            let run = try await WorkerRun.of(Self.configuration(nodes, BankWorkload()))
            let history = try #require(run.recording).history
            var seen = 0
            for operation in history.operations {
                guard case .transaction(let steps) = operation.action else { continue }
                let balances = history.steps(steps).compactMap { step -> Int64? in
                    guard case .readNumber(let number) = step.kind else { return nil }
                    return number
                }
                guard !balances.isEmpty else { continue }
                #expect(balances.reduce(0, +) == 5_000_000)
                seen += 1
            }
            #expect(seen > 100)
        }
    }

    @Test func `what a silence swallows is unknown, and its process is never used again`()
        async throws
    {
        try await withNodes(1) { nodes in
            let node = nodes[0]
            let run = try await WorkerRun.of(
                Self.configuration(nodes, ListAppendWorkload())
            ) { _ in
                try await letPass(.milliseconds(100))
                node.set(.paused)
                try await letPass(.milliseconds(550))
                node.set(.serving)
            }
            let operations = try #require(run.recording).history.operations
            let unknown = operations.filter { $0.outcome == .unknown }
            #expect(!unknown.isEmpty)
            #expect(unknown.allSatisfy { $0.completed == RecordedOperation.never })
            #expect(unknown.count == run.counts.unknown)
            expectOneThingAtATime(operations.filter { $0.outcome != .unknown })
            let ended = Set(unknown.map(\.process))
            for process in ended {
                #expect(operations.last { $0.process == process }?.outcome == .unknown)
            }
        }
    }

    @Test func `a refused transaction failed, and the next reply is not taken for its own`()
        async throws
    {
        try await withNodes(1) { nodes in
            let node = nodes[0]
            let run = try await WorkerRun.of(
                Self.configuration(nodes, BankWorkload())
            ) { _ in
                try await letPass(.milliseconds(200))
                node.set(.error("OOM command not allowed"))
                try await letPass(.milliseconds(200))
                node.set(.serving)
            }
            #expect(run.failures("OOM") > 50, "\(run.result.failures)")
            #expect(run.counts.unknown == 0)
            let operations = try #require(run.recording).history.operations
            #expect(operations.filter { $0.outcome == .failed }.count == run.counts.failed)
        }
    }

    @Test func `a full file is cut, and says so`() async throws {
        try await withNodes(1) { nodes in
            var configuration = Self.configuration(nodes, RegisterWorkload())
            configuration.historyLimit = 8_000
            let run = try await WorkerRun.of(configuration)
            let recording = try #require(run.recording)
            #expect(recording.endings == [.cut])
            #expect(run.result.history?.isCut == true)
            #expect(run.result.history.map { $0.bytes < 16_000 } == true)
            let until = try #require(recording.completeUntil)
            #expect(recording.history.operations.count > 50)
            #expect(recording.history.operations.allSatisfy { $0.invoked < until })
        }
    }

    @Test func `no history is kept unless it is asked for`() async throws {
        try await withNodes(1) { nodes in
            let run = try await WorkerRun.of(.brief(nodes, load: .closed(pipeline: 1)))
            #expect(run.recording == nil && run.result.history == nil)
        }
    }
}
