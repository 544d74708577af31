import Determinism
import Faults
import Simulation
import Storage
import Testing

/// Whether a seed's choices are told: what is not told cannot be learnt from.
@Suite struct CircumstanceWordsTests {
    /// What seeds draw, by its place among the circumstances, and the word that is said of it; nil where
    /// others say it.
    private static let options: [(path: String, word: @Sendable (String) -> String?)] = [
        ("mode", { "; \($0), " }), ("nodes", { ", \($0) nodes," }),
        ("replicas", { " \($0) replicas," }), ("shards", { " \($0) shards;" }),
        ("durability", { word in Durability.allCases.first { "\($0)" == word }?.rawValue }),
        ("detector", { ", \($0)," }), ("placement", { ", \($0);" }),
        ("timing.uncommittedLimit", { " \($0) entries uncommitted" }),
        ("timing.windowLimit", { "windows of \($0) entries" }),
        ("timing.appendEntryLimit", { "appends of \($0)," }),
        ("timing.batchByteLimit", { "batches of \($0) bytes" }),
        ("timing.flushByteLimit", { "turns of \($0) bytes" }),
        ("timing.retainedEntries", { " \($0) entries and " }),
        ("timing.retainedBytes", { " and \($0) bytes kept" }),
        ("timing.copyChunkBytes", { "in pieces of \($0)," }),
        ("timing.copyLimit", { " \($0) copies at once" }),
        ("segmentBytes", { "segments of \((Int($0) ?? 0) / 1_024) KiB" }),
        ("network.delay.least", { "links \((Int($0) ?? 0) / 1_000) us+" }),
        ("network.delay.mean", { "+\((Int($0) ?? 0) / 1_000) us" }),
        ("network.loss.of32", { $0 == "0" ? nil : " packets lost" }),
        ("network.duplication.of32", { $0 == "0" ? nil : " packets doubled" }),
        ("network.reordering.of32", { $0 == "0" ? nil : " packets overtaken" }),
        ("network.queueLimit", { ", \($0) messages queued" }),
        ("sync.least", { "sync \((Int($0) ?? 0) / 1_000) us+" }),
        ("sync.mean", { "+\((Int($0) ?? 0) / 1_000) us" }),
        ("drift", { $0 == "0" ? nil : "clocks within " }),
        ("clocksJump", { $0 == "true" ? "clocks jump" : nil }),
        ("load.operationsPerSecond", { "; \($0) requests/s by " }),
        ("load.keys", { " on \($0) keys (" }), ("load.valueBytes", { " \($0) bytes, given up" }),
        ("load.families.count", { _ in "register" }), ("load.readShare", { " \($0) % reads" }),
        ("load.confirmedShare", { " \($0) of 16 confirmed" }),
        ("load.timeout", { "given up after \((Int($0) ?? 0) / 1_000_000) ms" }),
        ("strikes.count", { $0 == "0" ? nil : " (" }),
        ("keepsPromises", { $0 == "false" ? "more of them than promises bear" : nil }),
        ("healsAt", { "faults until \((Int($0) ?? 0) / 1_000_000) ms" }),
        ("minimumInSync", { Int($0).map { "writes need \($0) in sync" } }),
        ("moveRate", { $0 == "0" ? nil : "moves of \($0) bytes/s at most" }),
        ("permanentFailures", { $0 == "0" ? nil : "\($0) of the nodes then fail for good" }),
    ]

    /// The values of all that stands in a value, by their places; of collections their sizes.
    private static func leaves(of value: Any, at path: String = "") -> [String: String] {
        let mirror = Mirror(reflecting: value)
        if mirror.displayStyle == .collection {
            return ["\(path).count": "\(mirror.children.count)"]
        }
        if mirror.displayStyle == .optional, let some = mirror.children.first {
            return leaves(of: some.value, at: path)
        }
        guard mirror.displayStyle == .struct, !(value is String), !mirror.children.isEmpty,
            !(value is any FixedWidthInteger), !(value is Bool)
        else { return [path: "\(value)"] }
        var all: [String: String] = [:]
        for child in mirror.children {
            let name = path + (path.isEmpty ? "" : ".") + (child.label ?? "")
            all.merge(leaves(of: child.value, at: name)) { first, _ in first }
        }
        return all
    }

    @Test func `everything that a seed decides is told`() {
        let drawn = (UInt64(1)...400).map { Circumstances.drawn(from: Seed($0), nil) }
        var values: [String: Set<String>] = [:]
        for circumstances in drawn {
            let leaves = Self.leaves(of: circumstances)
            for (path, value) in leaves { values[path, default: []].insert(value) }
            for option in Self.options {
                guard let word = leaves[option.path].flatMap(option.word) else { continue }
                let isTold = "\(circumstances)".contains(word)
                #expect(isTold, "\(option.path): \(word) is not in \(circumstances)")
            }
        }
        let varying = Set(values.filter { $0.value.count > 1 }.keys)
        // The seed itself is told beside them.
        let told = Set(Self.options.map(\.path)).union(["seed.rawValue"])
        #expect(varying.subtracting(told).sorted() == [], "drawn, but not among those told")
    }

    @Test func `the edition is told`() {
        for edition in 1...Circumstances.newestEdition {
            let words = "\(Circumstances.drawn(from: Seed(1), nil, edition: edition))"
            #expect(words.hasPrefix("edition \(edition); "))
        }
    }

    private static var fixture: CircumstanceFixture {
        CircumstanceFixture(
            mode: "synchronous",
            nodes: 3,
            replicas: 3,
            shards: 4,
            durability: .logAlways,
            placement: "ring",
            valueBytes: 100,
            workload: "register",
            faults: []
        )
    }

    @Test func `what a plan fixes holds for every seed, and is told`() {
        var fixture = Self.fixture
        fixture.detector = "phi-accrual(8)"
        fixture.confirmsReads = false
        fixture.minimumInSync = 1
        fixture.moveRate = 1 << 20
        fixture.weights = [1, 2, 3]
        fixture.zones = [1, 1, 2]
        #expect(fixture.problem == nil)
        for seed: UInt64 in 1...20 {
            let circumstances = Circumstances.drawn(from: Seed(seed), fixture)
            for word in [
                "phi-accrual(8)", " 0 of 16 confirmed", "writes need 1 in sync",
                "weights [1.0, 2.0",
                "zones [1, 1, 2]", "moves of 1048576 bytes/s at most",
            ] {
                #expect("\(circumstances)".contains(word), "\(word)")
            }
            #expect(simulate(circumstances).violations == [], "seed \(seed): \(circumstances)")
        }
    }

    @Test func `a planned node that joins gets its shards`() throws {
        var fixture = Self.fixture
        fixture.spares = 1
        fixture.faults = [(.milliseconds(500), try NodeJoin(fields: FaultFields()))]
        for seed: UInt64 in 1...5 {
            let circumstances = Circumstances.drawn(from: Seed(seed), fixture)
            #expect(
                "\(circumstances)".contains("4 nodes, 3 replicas, 4 shards; 1 of the nodes spare")
            )
            let lines = transcript(circumstances)
            let joins = try #require(lines.firstIndex { $0.contains("operator: add") })
            let isHeld = { (line: String) in line.contains(" map ") && line.contains("n4") }
            #expect(!lines[..<joins].contains(where: isHeld), "seed \(seed)")
            #expect(lines[joins...].contains(where: isHeld), "seed \(seed)")
        }
    }

    @Test func `a minimum that a mode does not take is a problem`() {
        var fixture = Self.fixture
        fixture.minimumInSync = 4
        #expect(fixture.problem?.contains("from 1 to 3") == true)
        fixture.minimumInSync = 2
        fixture.mode = "quorum"
        #expect(fixture.problem?.contains("suits synchronous and chain") == true)
        fixture.minimumInSync = nil
        #expect(fixture.problem == nil)
    }
}
