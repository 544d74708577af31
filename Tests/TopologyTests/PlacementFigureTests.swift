import Testing
import Topology

/// The figures of the papers: that a scheme is what it is called.
@Suite struct PlacementFigureTests {
    /// Lamping and Veach, table 1: the standard error of a node's share, by the number of its points.
    ///
    /// Exact shares, averaged over rings of different nodes.
    @Test(arguments: [(1, 0.9979060), (10, 0.3151810), (100, 0.0996996), (1_000, 0.0315723)])
    func `a ring's load varies as in the table of the jump paper`(
        points: Int,
        figure: Double
    ) throws {
        var ring = RingPlacement()
        ring.virtualNodes = points
        let rings = points == 1 ? 100 : points == 10 ? 30 : 8
        let nodes: UInt32 = points == 1_000 ? 200 : 1_000
        let errors = try (0..<UInt32(rings)).map { number in
            let ids = number * nodes + 1...(number + 1) * nodes
            return standardError(try ring.table(for: PlacementSchemeTests.members(ids)).shares)
        }
        let mean = errors.reduce(0, +) / Double(rings)
        #expect(abs(mean / figure - 1) < 0.03, "\(mean)")
    }

    @Test func `a ring's keys fall on nodes in proportion to their arcs`() throws {
        let table = try RingPlacement().table(for: PlacementSchemeTests.members(1...50))
        let keys = 500_000
        let counts = try table.firstChoices(keyHashes(keys))
        for (count, share) in zip(counts, table.shares) {
            let expected = share * Double(keys)
            #expect(abs(Double(count) - expected) < 5 * expected.squareRoot())
        }
    }

    /// dgryski/go-jump and its ports all carry these.
    @Test(
        arguments: [
            (1, 1, 0), (42, 57, 43), (0xdead_10cc, 1, 0), (0xdead_10cc, 666, 361),
            (256, 1_024, 520),
        ] as [(UInt64, Int, Int)]
    )
    func `jump finds the buckets that others find`(key: UInt64, count: Int, bucket: Int) {
        #expect(JumpPlacement.bucket(of: key, count: count) == bucket)
    }

    /// The paper gives the standard error of the bucket sizes themselves as 7.6e-9: what remains with
    /// 10 million keys is chance, the square root of (n - 1) / keys.
    @Test func `jump's load has the standard error of chance at 10 million keys`() throws {
        let count = 1_000
        let keys: UInt64 = 10_000_000
        var counts = [Int](repeating: 0, count: count)
        for key in 0..<keys {
            counts[JumpPlacement.bucket(of: StableHash.hash(key), count: count)] += 1
        }
        let chance = (Double(count - 1) / Double(keys)).squareRoot()
        #expect(abs(standardError(counts) / chance - 1) < 0.07, "\(standardError(counts))")
    }

    /// Lamping and Veach, section 3: from n to n + 1 buckets a key stays or goes to the new one.
    @Test func `jump moves one key in n, to the new bucket`() {
        for count in [1, 2, 9, 99, 999] {
            var moved = 0
            for key in keyHashes(20_000) {
                let old = JumpPlacement.bucket(of: key, count: count)
                let new = JumpPlacement.bucket(of: key, count: count + 1)
                #expect(new == old || new == count)
                if new != old { moved += 1 }
            }
            let expected = 20_000 / Double(count + 1)
            #expect(abs(Double(moved) - expected) < 5 * expected.squareRoot())
        }
    }

    /// The exact part of all keys that each node gets: with probes at random and gaps g before the
    /// nodes, the integral of k (1 − F(d))^(k−1) from 0 to g, F(d) being the sum of min(gap, d).
    private static func multiProbeShares(_ ids: [UInt32], probes: Int) -> [UInt32: Double] {
        let points = ids.map { (hash: StableHash.hash(0, seed: UInt64($0)), id: $0) }
            .sorted { $0.hash < $1.hash }
        let gaps = points.indices.map { index in
            let before = points[index == 0 ? points.count - 1 : index - 1].hash
            return (gap: Double(points[index].hash &- before) * 0x1p-64, id: points[index].id)
        }.sorted { $0.gap < $1.gap }
        var shares: [UInt32: Double] = [:]
        var (below, covered, integral) = (0.0, 0.0, 0.0)
        for (index, entry) in gaps.enumerated() {
            let slope = Double(gaps.count - index)
            let next = covered + slope * (entry.gap - below)
            integral += (power(1 - covered, probes) - power(max(0, 1 - next), probes)) / slope
            (below, covered) = (entry.gap, next)
            shares[entry.id] = integral
        }
        return shares
    }

    private static func power(_ base: Double, _ exponent: Int) -> Double {
        (0..<exponent).reduce(1) { product, _ in product * base }
    }

    /// Appleton and O'Reilly, section 3: the peak is k / (k − 1) of the mean, 1.05 with 21 probes, as
    /// the nodes grow in number; the figure beside it is the measured peak's distance from that.
    @Test func `multi-probe with 21 probes has a peak of 1.05`() throws {
        let ids = Array(UInt32(1)...20_000)
        let shares = Self.multiProbeShares(ids, probes: 21)
        let peak = (shares.values.max() ?? 0) * 20_000
        #expect(peak <= 1.05, "\(peak)")
        #expect(peak > 1.04, "\(peak)")
    }

    @Test func `multi-probe's keys fall on nodes as the integral says`() throws {
        let ids = Array(UInt32(1)...200)
        let shares = Self.multiProbeShares(ids, probes: 21)
        let table = try MultiProbePlacement().table(for: PlacementSchemeTests.members(ids))
        let keys = 500_000
        for (count, id) in zip(try table.firstChoices(keyHashes(keys)), ids) {
            let expected = (shares[id] ?? 0) * Double(keys)
            #expect(abs(Double(count) - expected) < 5 * expected.squareRoot(), "node \(id)")
        }
    }

    /// Eisenbud et al., section 3.4: the table is prime and above 100 N, in the paper 65,537 or 655,373;
    /// then no node has more than one part in a hundred above another.
    @Test func `maglev's table follows the rule, and no node has 1 % more than another`() throws {
        let scheme = MaglevPlacement()
        #expect(scheme.tableSize(for: 5) == 65_537)
        #expect(scheme.tableSize(for: 655) == 65_537)
        #expect(scheme.tableSize(for: 656) == 655_373)
        for count in [5, 100, 655] as [UInt32] {
            let table = try scheme.table(for: PlacementSchemeTests.members(1...count))
            let counts = table.entryCounts
            let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
            #expect(counts.reduce(0, +) == 65_537)
            #expect(most - least <= 1)
            #expect(Double(most) <= 1.01 * Double(least))
        }
    }

    /// Mirrokni, Thorup and Zadimoghaddam, section 2: no bin above ⌈(1 + ε) m / n⌉.
    @Test(arguments: [0.01, 0.1, 0.25, 1])
    func `a bounded ring is never above its bound`(epsilon: Double) throws {
        var scheme = BoundedRingPlacement()
        scheme.epsilon = epsilon
        for (keys, count) in [(256, 5), (1_000, 30), (50_000, 100)] {
            let table = try scheme.table(for: PlacementSchemeTests.members(1...UInt32(count)))
            let bound = ((1 + epsilon) * Double(keys) / Double(count)).rounded(.up)
            let counts = try table.firstChoices(keyHashes(keys))
            #expect(counts.reduce(0, +) == keys)
            #expect(counts.allSatisfy { Double($0) <= bound })
            let isTight = counts.contains { Double($0) == bound }
            #expect(
                isTight || epsilon > 0.2,
                "the bound is reached: it is what keeps the load down"
            )

            let copies = try table.place(keyHashes(keys), replicas: 3)
            let limit = ((1 + epsilon) * Double(3 * keys) / Double(count)).rounded(.up)
            for id in 1...UInt32(count) {
                #expect(Double(copies.count { $0 == id }) <= limit)
            }
        }
    }

    @Test func `a bounded ring without pressure is the ring`() throws {
        var scheme = BoundedRingPlacement()
        scheme.epsilon = 100
        let members = try PlacementSchemeTests.members(1...10)
        let bounded = try scheme.table(for: members).place(keyHashes(5_000), replicas: 3)
        #expect(
            try RingPlacement().table(for: members).place(keyHashes(5_000), replicas: 3) == bounded
        )
    }
}
