import Determinism
import Testing

@testable import Workloads

@Suite struct KeyDealingTests {
    private static let laws: [any Distribution] = [Uniform(), Zipfian(), Zipfian(exponent: 2)]

    @Test(arguments: laws.indices, [(1, 1), (7, 3), (100, 1), (100, 4), (10_001, 2), (20_000, 7)])
    func `ranks and keys pair off, and every worker has its residue class`(
        law: Int,
        size: (records: Int, workers: Int)
    ) {
        let dealing = KeyDealing(
            records: size.records,
            law: Self.laws[law],
            workers: size.workers,
            seed: Seed(5)
        )
        var seen = [Bool](repeating: false, count: size.records)
        for rank in 0..<size.records {
            let key = dealing.key(ofRank: rank)
            #expect(!seen[key])
            seen[key] = true
            #expect(key % size.workers == dealing.owner(ofRank: rank))
        }
    }

    @Test(arguments: laws.indices, [1, 2, 3, 8])
    func `a share is the probability of the worker's ranks`(law: Int, workers: Int) {
        let dealing = KeyDealing(
            records: 20_000,
            law: Self.laws[law],
            workers: workers,
            seed: Seed(6)
        )
        var masses = [Double](repeating: 0, count: workers)
        for rank in 0..<20_000 {
            masses[dealing.owner(ofRank: rank)] += dealing.probability(ofRank: rank)
        }
        for worker in 0..<workers {
            #expect(abs(dealing.share(of: worker) - masses[worker]) < 2e-5)
        }
    }

    @Test func `shares are equal where no key is hotter than a share`() {
        for workers in [1, 2, 3, 8] {
            let dealing = KeyDealing(
                records: 100_000,
                law: Zipfian(),
                workers: workers,
                seed: Seed(7)
            )
            for worker in 0..<workers {
                #expect(abs(dealing.share(of: worker) * Double(workers) - 1) < 2e-3)
            }
        }
    }

    @Test(arguments: [1, 2, 3])
    func `the union of the workers follows the law`(workers: Int) {
        let (records, draws) = (1000, 300_000)
        let seed = Seed(UInt64(40 + workers))
        let dealing = KeyDealing(records: records, law: Zipfian(), workers: workers, seed: seed)
        var counts = [Int](repeating: 0, count: records)
        for worker in 0..<workers {
            var source = OperationSource(
                dealing: dealing,
                worker: worker,
                workload: YCSBA(),
                seed: seed
            )
            let quota = Int((Double(draws) * dealing.share(of: worker)).rounded())
            for _ in 0..<quota { counts[source.next().key] += 1 }
        }
        let statistic = (0..<records).reduce(0.0) { sum, rank in
            let expected = dealing.probability(ofRank: rank) * Double(draws)
            let difference = Double(counts[dealing.key(ofRank: rank)]) - expected
            return sum + difference * difference / expected
        }
        // 999 degrees of freedom; their standard deviation is 45.
        #expect(statistic > 999 - 5 * 45 && statistic < 999 + 5 * 45, "\(statistic), seed \(seed)")
        let head = Double(counts[dealing.key(ofRank: 0)]) / Double(draws)
        #expect(abs(head / dealing.probability(ofRank: 0) - 1) < 0.03, "seed \(seed)")
    }

    @Test func `a planted bent law is caught`() {
        // Equal rates although one worker owns a key hotter than its share.
        let dealing = KeyDealing(
            records: 1000,
            law: Zipfian(exponent: 2),
            workers: 2,
            seed: Seed(1)
        )
        #expect(dealing.share(of: 0) > 0.55)
    }

    @Test func `the mix is the workload's and does not move the keys`() {
        let dealing = KeyDealing(records: 1000, law: Zipfian(), workers: 1, seed: Seed(3))
        func drawn(_ workload: any Workload) -> [Operation] {
            var source = OperationSource(
                dealing: dealing,
                worker: 0,
                workload: workload,
                seed: Seed(3)
            )
            return (0..<20_000).map { _ in source.next() }
        }
        let (half, reads) = (drawn(YCSBA()), drawn(YCSBC()))
        #expect(half.map(\.key) == reads.map(\.key))
        #expect(reads.allSatisfy { $0.kind == .read })
        #expect(abs(half.filter { $0.kind == .read }.count - 10_000) < 350, "seed 3")
        #expect(half == drawn(YCSBA()))
    }
}
