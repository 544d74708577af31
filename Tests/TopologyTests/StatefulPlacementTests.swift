import Testing
import Topology

/// AnchorHash and MementoHash: what their papers promise after any nodes left.
@Suite struct StatefulPlacementTests {
    static let names = ["anchor", "memento"]
    private static let keys = keyHashes(200_000)

    private static func table(_ name: String, _ count: UInt32) throws -> any PlacementTable {
        let type = try #require(placementSchemes.first { $0.name == name })
        return try type.init().table(for: PlacementSchemeTests.members(1...count))
    }

    @Test(arguments: names, [0.2, 0.65, 0.9])
    func `after random removals the load is even and nothing else has moved`(
        name: String,
        part: Double
    ) throws {
        var chance = Chance(UInt64(part * 100))
        var table = try Self.table(name, 100)
        let leaving = Array((1...100).shuffled(using: &chance).prefix(Int(part * 100)))
        let before = try table.place(Self.keys, replicas: 1)
        for id in leaving { try table.apply(.remove(UInt32(id))) }
        let after = try table.place(Self.keys, replicas: 1)
        for (old, new) in zip(before, after) {
            let hasLeft = leaving.contains(Int(old))
            if hasLeft { #expect(!leaving.contains(Int(new))) }
            if hasLeft == (old == new) { Issue.record("\(old) became \(new)") }
        }
        let counts = try table.firstChoices(Self.keys)
        let chanceError =
            (Double(counts.count - 1) / Double(Self.keys.count)).squareRoot()
        // The standard error is itself known to one part in √(2n): four times that is allowed.
        let tolerance = 4 / Double(2 * counts.count).squareRoot()
        #expect(standardError(counts) < chanceError * (1 + tolerance), "\(counts)")
    }

    @Test(arguments: names)
    func `restored in reverse order, the first placement is back`(name: String) throws {
        var chance = Chance(5)
        var table = try Self.table(name, 60)
        let hashes = Array(Self.keys.prefix(20_000))
        var placements = [try table.place(hashes, replicas: 3)]
        let leaving = Array((1...60).shuffled(using: &chance).prefix(45))
        for id in leaving {
            try table.apply(.remove(UInt32(id)))
            placements.append(try table.place(hashes, replicas: 3))
        }
        for id in leaving.reversed() {
            #expect(placements.popLast() == (try table.place(hashes, replicas: 3)))
            try table.apply(.add(PlacementNode(UInt32(id))))
        }
        #expect(placements == [try table.place(hashes, replicas: 3)])
    }

    @Test func `memento is jump until a node leaves from the middle`() throws {
        let hashes = Array(Self.keys.prefix(5_000))
        var memento = try MementoPlacement().table(for: PlacementSchemeTests.members(1...20))
        for id in [20, 19] as [UInt32] { try memento.apply(.remove(id)) }
        let jump = try JumpPlacement().table(for: PlacementSchemeTests.members(1...18))
        #expect(try memento.place(hashes, replicas: 1) == jump.place(hashes, replicas: 1))
        try memento.apply(.remove(4))
        #expect(try memento.place(hashes, replicas: 1) != jump.place(hashes, replicas: 1))
    }

    @Test func `memento grows without bound, anchor to its capacity`() throws {
        var memento = try Self.table("memento", 2)
        for id in 3...500 as ClosedRange<UInt32> { try memento.apply(.add(PlacementNode(id))) }
        #expect(memento.members.count == 500)
        var anchor = try Self.table("anchor", 2)
        for id in 3...16 as ClosedRange<UInt32> { try anchor.apply(.add(PlacementNode(id))) }
        #expect(throws: PlacementError.capacityReached(16)) {
            try anchor.apply(.add(PlacementNode(UInt32(17))))
        }
        #expect(anchor.members.count == 16)
    }

    /// The paper's first algorithm, which keeps the set that was left for every removed bucket.
    private struct PlainAnchor {
        var working: [UInt32]
        var left: [UInt32: [UInt32]] = [:]
        var removed: [UInt32] = []
        let capacity: UInt32
        var places: [UInt32: Int] = [:]

        init(capacity: UInt32, count: UInt32) {
            self.capacity = capacity
            working = Array(0..<capacity)
            for bucket in (count..<capacity).reversed() { remove(bucket) }
        }

        mutating func remove(_ bucket: UInt32) {
            let place = working.firstIndex(of: bucket) ?? 0
            places[bucket] = place
            working.swapAt(place, working.count - 1)
            working.removeLast()
            left[bucket] = working
            removed.append(bucket)
        }

        mutating func add() -> UInt32 {
            let bucket = removed.removeLast()
            // What stood in the removed one's place goes back to the end.
            if let place = places[bucket], place < working.count {
                working.append(working[place])
                working[place] = bucket
            } else {
                working.append(bucket)
            }
            left[bucket] = nil
            return bucket
        }

        func bucket(of hash: UInt64) -> UInt32 {
            func scale(_ hash: UInt64, _ count: Int) -> Int {
                Int(hash.multipliedFullWidth(by: UInt64(count)).high)
            }
            var bucket = UInt32(scale(hash, Int(capacity)))
            while let set = left[bucket] {
                bucket = set[scale(StableHash.hash(hash, seed: UInt64(bucket)), set.count)]
            }
            return bucket
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `anchor answers as the algorithm that keeps every set`(seed: UInt64) throws {
        var chance = Chance(seed)
        var table = try AnchorPlacement().table(for: PlacementSchemeTests.members(0..<30))
        var plain = PlainAnchor(capacity: UInt32(table.capacity), count: 30)
        // Node by bucket.
        var names = Array(UInt32(0)..<UInt32(table.capacity))
        var nextName: UInt32 = 1_000
        for _ in 0..<120 {
            if plain.working.count > 2, chance.next(below: 5) < 3 {
                let bucket = plain.working[chance.next(below: plain.working.count)]
                try table.apply(.remove(names[Int(bucket)]))
                plain.remove(bucket)
            } else if !plain.removed.isEmpty {
                names[Int(plain.add())] = nextName
                try table.apply(.add(PlacementNode(nextName)))
                nextName += 1
            }
            for _ in 0..<200 {
                let hash = chance.next()
                let found = try table.nodes(forHash: hash, replicas: 1)
                #expect(found == [names[Int(plain.bucket(of: hash))]], "seed \(seed)")
            }
        }
    }
}
