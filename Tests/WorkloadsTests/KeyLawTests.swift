import Determinism
import Testing

@testable import Workloads

/// What reaches the keys is still the law that was asked for.
@Suite struct KeyLawTests {
    private static let draws = 2_000_000

    @Test(arguments: [1, 3])
    func `the head of a zipfian law is within one percent after scrambling`(workers: Int) {
        var workload = YCSBC()
        workload.records = 100_000
        let seed = Seed(21)
        let counts = Self.counts(workload, workers: workers, seed: seed, draws: Self.draws)
        let law = Zipfian().sampler(count: 100_000)
        let hottest = counts.sorted(by: >)
        let theory = law.probability(ofRank: 0) * Double(Self.draws)
        #expect(abs(Double(hottest[0]) / theory - 1) < 0.01, "\(hottest[0]), \(seed)")
        let head = (0..<10).map(law.probability(ofRank:)).reduce(0, +) * Double(Self.draws)
        let measured = Double(hottest[..<10].reduce(0, +))
        #expect(abs(measured / head - 1) < 0.01, "\(measured) for \(head), \(seed)")
        // Scattered: no two of the ten hottest keys are neighbours.
        let hot = counts.indices.sorted { counts[$0] > counts[$1] }.prefix(10).sorted()
        #expect(zip(hot, hot.dropFirst()).allSatisfy { $1 - $0 > 10 })
    }

    @Test func `YCSB's scramble, a hash of a law over ten billion ranks, fails this`() {
        let law = Zipfian().sampler(count: 10_000_000_000)
        var generator = SeededGenerator(seed: Seed(22))
        var counts = [Int](repeating: 0, count: 100_000)
        for ordinal in 0..<200_000 {
            counts[Self.hashed(law.rank(ordinal, using: &generator)) % 100_000] += 1
        }
        let theory = Zipfian().sampler(count: 100_000).probability(ofRank: 0) * 200_000
        let hottest = Double(counts.max() ?? 0)
        #expect(hottest < 0.6 * theory, "\(hottest) for \(theory)")
    }

    @Test func `the newest records are the hottest, and new ones take their place`() {
        var workload = YCSBD()
        workload.records = 1000
        var source = OperationSourceTests.source(workload, seed: Seed(23))
        func reads(_ count: Int) -> [Int] {
            var keys: [Int] = []
            while keys.count < count {
                let operation = source.next()
                if operation.kind == .insert { source.insertEnded() }
                if operation.kind == .read { keys.append(operation.key) }
            }
            return keys
        }
        let first = reads(100)
        #expect(first.allSatisfy { $0 >= 0 && $0 < 1020 })
        let later = reads(50_000)
        let newest = later.max() ?? 0
        #expect(newest > 2500)
        // Only what is there is asked for, and most of it is young.
        #expect(later.suffix(100).filter { $0 > newest - 500 }.count > 60)
    }

    @Test(arguments: [1, 3])
    func `inserts give each record once, and to its owner`(workers: Int) {
        var workload = YCSBE()
        workload.records = 100
        var seen: Set<Int> = []
        for worker in 0..<workers {
            var source = OperationSourceTests.source(workload, worker: worker, workers: workers)
            var inserted = 0
            while inserted < 50 {
                let operation = source.next()
                guard operation.kind == .insert else {
                    #expect((1...100).contains(operation.argument) && operation.key < 100)
                    continue
                }
                inserted += 1
                #expect(operation.key % workers == worker && operation.key >= 100)
                #expect(seen.insert(operation.key).inserted)
                #expect(operation.valueBytes == 1000)
            }
        }
        #expect(seen == Set(100..<100 + 50 * workers))
    }

    @Test(arguments: [1, 2, 3], [1, 4])
    func `a sequence passes every key once a round, whoever sends it`(workers: Int, clients: Int) {
        for kind in [YCSBA() as any Workload, RegisterWorkload(), CommandWorkload()] {
            var workload = kind
            workload.records = 120
            workload.distribution = AnyDistribution(Sequential())
            var counts = [Int](repeating: 0, count: 120)
            for worker in 0..<workers {
                var source = OperationSourceTests.source(
                    workload,
                    worker: worker,
                    workers: workers,
                    clients: clients
                )
                for turn in 0..<2 * 120 / workers {
                    counts[source.next(client: turn % clients).key] += 1
                }
            }
            #expect(counts.allSatisfy { $0 == 2 }, "\(type(of: workload).name)")
        }
    }

    @Test func `hot keys move on as fast as they should`() {
        var workload = YCSBC()
        workload.records = 10_000
        workload.distribution = AnyDistribution(Hotspot(keys: 0.01, operations: 1))
        workload.shape.drift = 0.001
        func hot(after seconds: Int64) -> Set<Int> {
            var source = OperationSourceTests.source(workload, seed: Seed(24))
            return Set((0..<5000).map { _ in source.next(elapsed: seconds * 1_000_000_000).key })
        }
        let start = hot(after: 0)
        #expect(start.count == 100)
        // A thousandth of 10,000 keys is ten, of which a hundred are hot.
        #expect(hot(after: 1).intersection(start).count == 90)
        #expect(hot(after: 5).intersection(start).count == 50)
        #expect(hot(after: 10).isDisjoint(with: start))
        #expect(hot(after: 1000) == start)
    }

    @Test func `no two clients ask in step, and each repeats its own`() {
        var workload = YCSBA()
        workload.records = 1000
        var source = OperationSourceTests.source(workload, clients: 3)
        var again = OperationSourceTests.source(workload, clients: 5)
        let keys = (0..<3).map { client in (0..<200).map { _ in source.next(client: client) } }
        for client in [2, 0, 1] {
            #expect((0..<200).map { _ in again.next(client: client) } == keys[client])
        }
        #expect(Set(keys).count == 3)
        let same = zip(keys[0], keys[1]).count { $0.key == $1.key }
        #expect(same < 40)
    }

    private static func counts(
        _ workload: any Workload,
        workers: Int,
        seed: Seed,
        draws: Int
    ) -> [Int] {
        var counts = [Int](repeating: 0, count: workload.records)
        for worker in 0..<workers {
            var source = OperationSourceTests.source(
                workload,
                worker: worker,
                workers: workers,
                seed: seed
            )
            let quota = Int((Double(draws) * source.share).rounded())
            for _ in 0..<quota { counts[source.next().key] += 1 }
        }
        return counts
    }

    /// FNV-1a over the eight bytes, without its sign: as in YCSB's `Utils.fnvhash64`.
    private static func hashed(_ rank: Int) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        var rest = UInt64(rank)
        for _ in 0..<8 {
            hash = (hash ^ (rest & 0xff)) &* 1_099_511_628_211
            rest >>= 8
        }
        return Int(hash & UInt64(Int64.max))
    }
}
