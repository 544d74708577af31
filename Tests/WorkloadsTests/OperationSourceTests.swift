import Determinism
import Testing

@testable import Workloads

@Suite struct OperationSourceTests {
    static func source(
        _ workload: any Workload,
        worker: Int = 0,
        workers: Int = 1,
        seed: Seed = Seed(11),
        clients: Int = 1
    ) -> OperationSource {
        OperationSource(
            dealing: KeyDealing(
                records: workload.records,
                law: workload.distribution.base,
                workers: workers,
                seed: seed
            ),
            worker: worker,
            workload: workload,
            seed: seed,
            clients: clients
        )
    }

    @Test(arguments: workloads.indices)
    func `requests follow the mix`(index: Int) {
        let workload = workloads[index].init()
        var source = Self.source(workload)
        var counts: [OperationKind: Int] = [:]
        for _ in 0..<20_000 { counts[source.next().kind, default: 0] += 1 }
        for (kind, share) in workload.mix.shares {
            let difference = Double(counts[kind, default: 0]) / 20_000 - share
            #expect(abs(difference) < 0.02, "\(kind), seed 11")
        }
        #expect(Set(counts.keys) == Set(workload.mix.shares.map(\.kind)))
    }

    @Test func `all workers ask for all keys that they share, each in its own order`() {
        var workload = RegisterWorkload()
        workload.records = 20
        var first = Self.source(workload, worker: 0, workers: 3)
        var second = Self.source(workload, worker: 2, workers: 3)
        let (some, others) = (
            (0..<2000).map { _ in first.next() }, (0..<2000).map { _ in second.next() }
        )
        #expect(Set(some.map(\.key)).count == 20)
        #expect(Set(others.map(\.key)).count == 20)
        #expect(some != others)
        #expect(first.share == 1.0 / 3)
    }

    @Test func `a list that has grown makes room for another`() {
        var workload = AppendWorkload()
        workload.records = 2
        for workers in [1, 4] {
            var source = Self.source(workload, workers: workers)
            var additions: [Int: Int] = [:]
            for _ in 0..<5_000 {
                let operation = source.next()
                let name = operation.key << 32 | operation.part
                if operation.kind == .append { additions[name, default: 0] += 1 }
            }
            let limit = 100 / workers
            #expect(additions.values.allSatisfy { $0 <= limit })
            #expect(additions.values.filter { $0 == limit }.count >= additions.count - 2)
        }
    }

    @Test func `a transaction has one to four steps on the record's keys, half of them reads`() {
        var generator = SeededGenerator(seed: Seed(3))
        var reads = 0
        var steps = 0
        var parts: Set<Int> = []
        var lengths: Set<Int> = []
        for _ in 0..<10_000 {
            let shape = TransactionShape(argument: generator.next(), parts: 5)
            lengths.insert(shape.count)
            for index in 0..<shape.count {
                parts.insert(shape[index].part)
                steps += 1
                if shape[index].isRead { reads += 1 }
            }
        }
        #expect(lengths == [1, 2, 3, 4])
        #expect(parts == [0, 1, 2, 3, 4])
        #expect(abs(Double(reads) / Double(steps) - 0.5) < 0.02, "seed 3")
    }

    @Test func `a transfer is between two accounts, and a counter changes`() {
        var generator = SeededGenerator(seed: Seed(4))
        var pairs: Set<[Int]> = []
        var amounts: Set<Int64> = []
        for _ in 0..<5_000 {
            let transfer = TransferShape(argument: generator.next(), parts: 4)
            #expect(transfer.from != transfer.to && transfer.amount > 0)
            pairs.insert([transfer.from, transfer.to])
            amounts.insert(CounterShape(argument: generator.next()).amount)
        }
        #expect(pairs.count == 12)
        #expect(amounts == [-5, -4, -3, -2, -1, 1, 2, 3, 4, 5])
    }
}
