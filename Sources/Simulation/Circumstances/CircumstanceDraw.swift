public import Determinism
import Coordination
import Replication
import Storage
import Topology

extension Circumstances {
    /// Counts how often it changed what seeds stand for.
    public static let newestEdition = 5

    /// What a seed stands for, or stood for in an earlier edition: a seed that is noted somewhere goes
    /// on showing what it showed.
    public static func drawn(
        from seed: Seed,
        edition: Int = newestEdition
    ) -> Circumstances {
        var circumstances = Circumstances(seed: seed)
        let draw = CircumstanceDraw(seed)
        draw.drawCluster(&circumstances)
        draw.drawLimits(&circumstances)
        draw.drawMachines(&circumstances)
        draw.drawLoad(&circumstances)
        draw.drawClocks(&circumstances)
        draw.drawStrikes(&circumstances)
        guard edition > 1 else { return circumstances }
        draw.drawWire(&circumstances)
        draw.drawPatchwork(&circumstances)
        // However many wait for an answer, a thousand requests are made in each second.
        circumstances.load.clients = 1_024
        // Piece by piece, a copy has to be there before everything is over.
        let stateBytes = circumstances.load.keys * circumstances.load.valueBytes
        circumstances.timing.copyChunkBytes = max(
            circumstances.timing.copyChunkBytes,
            stateBytes / 64
        )
        guard edition > 2 else { return circumstances }
        draw.drawTethers(&circumstances)
        guard edition > 3 else { return circumstances }
        draw.drawRules(&circumstances)
        guard edition > 4 else { return circumstances }
        draw.drawTurns(&circumstances)
        return circumstances
    }
}

/// Each part has a generator of its own, so that one more draw in one changes nothing in the others.
private struct CircumstanceDraw {
    private let seed: Seed

    init(_ seed: Seed) { self.seed = seed.derived("circumstances") }

    private func generator(_ name: String) -> SeededGenerator {
        SeededGenerator(seed: seed.derived(name))
    }

    func drawCluster(_ circumstances: inout Circumstances) {
        var generator = generator("cluster")
        func one<Value>(of values: [Value]) -> Value { values[generator.next(below: values.count)] }
        let mode = one(of: replicationModes)
        circumstances.mode = mode.name
        circumstances.nodes = one(of: [2, 3, 3, 3, 4, 5, 5, 5, 6, 7])
        circumstances.replicas = min(circumstances.nodes, one(of: [2, 3, 3, 3, 4, 5]))
        if circumstances.mode == NoReplication.name { circumstances.replicas = 1 }
        if mode == SemiSynchronousReplication.self {
            let backups = 1 + generator.next(below: max(1, circumstances.replicas - 1))
            let degrades = generator.next(below: 2) == 0
            let semi = SemiSynchronousReplication(backups: backups, degrades: degrades)
            circumstances.mode = semi.configuredName.description
        }
        circumstances.shards = one(of: [1, 2, 4, 4, 8, 16])
        circumstances.durability = one(of: Durability.allCases)
        circumstances.detector = one(of: failureDetectors.map { $0.name })
        circumstances.placement = one(of: placementSchemes.map { $0.name })
        circumstances.keepsPromises = generator.next(below: 5) > 0
        circumstances.permanentFailures =
            generator.next(below: 2) == 0 ? 0 : generator.next(below: circumstances.nodes)
        circumstances.healsAt = 1_500_000_000 + UInt64(generator.next(below: 3_000_000_000))
    }

    /// Small limits, so that copies, trimming and full windows happen within seconds.
    func drawLimits(_ circumstances: inout Circumstances) {
        var generator = generator("limits")
        func one<Value>(of values: [Value]) -> Value { values[generator.next(below: values.count)] }
        circumstances.timing.retainedEntries = one(of: [8, 64, 512, 4_096])
        circumstances.timing.retainedBytes = one(of: [4, 64, 256]) * 1_024
        circumstances.timing.copyChunkBytes = one(of: [512, 4_096, 256 * 1_024])
        circumstances.timing.copyLimit = one(of: [1, 2, 4])
        circumstances.timing.windowLimit = one(of: [16, 256, 8_192])
        circumstances.timing.appendEntryLimit = one(of: [4, 64, 512])
        circumstances.timing.batchByteLimit = one(of: [4 * 1_024, 1 << 20])
        circumstances.timing.uncommittedLimit = one(of: [256, 50_000])
        circumstances.segmentBytes = one(of: [8, 64, 256, 1_024]) * 1_024
    }

    func drawMachines(_ circumstances: inout Circumstances) {
        var generator = generator("machines")
        func one<Value>(of values: [Value]) -> Value { values[generator.next(below: values.count)] }
        circumstances.network.delay = one(of: [
            Spread(20_000, 60_000), Spread(50_000, 200_000), Spread(200_000, 800_000),
            Spread(100_000, 3_000_000),
        ])
        circumstances.network.loss = one(of: [.never, .never, Chance(0.001), Chance(0.02)])
        circumstances.network.queueLimit = one(of: [200, 10_000])
        circumstances.sync = one(of: [
            Spread(30_000, 60_000), Spread(150_000, 250_000), Spread(500_000, 4_000_000),
        ])
        // The grant allows for two clocks that each are 2 % wrong.
        circumstances.drift = one(of: [0, 1_000, SimulatedClock.one / 50])
    }

    func drawClocks(_ circumstances: inout Circumstances) {
        var generator = generator("clocks")
        guard let mode = replicationModes.mode(circumstances.mode), !mode.acknowledgesUnderLease,
            mode.fallback == nil, generator.next(below: 8) == 0
        else { return }
        circumstances.clocksJump = true
        circumstances.load.confirmedShare = 16
    }

    func drawLoad(_ circumstances: inout Circumstances) {
        var generator = generator("load")
        func one<Value>(of values: [Value]) -> Value { values[generator.next(below: values.count)] }
        circumstances.load.keys = one(of: [16, 64, 256])
        circumstances.load.valueBytes = one(of: [8, 100, 100, 700])
        circumstances.load.readShare = one(of: [20, 50, 80])
        circumstances.load.confirmedShare = one(of: [0, 1, 8])
        circumstances.load.families = one(of: [
            [.register],
            [.register, .register, .deletable, .swapped, .counter, .list],
            [.register, .deletable, .counter],
            [.register, .list, .register, .swapped],
        ])
        circumstances.load.timeout = one(of: [150_000_000, 400_000_000, 1_000_000_000])
        circumstances.load.operationsPerSecond = 1_200 + generator.next(below: 600)
    }

    func drawStrikes(_ circumstances: inout Circumstances) {
        var generator = generator("strikes")
        let kinds = AdversityKind.drawn.filter { _ in generator.next(below: 2) == 0 }
        let count = generator.next(below: 14)
        let first: UInt64 = 400_000_000
        for _ in 0..<count {
            guard let kind = generator.element(of: kinds) else { return }
            let mean: UInt64 = generator.next(below: 3) == 0 ? 60_000_000 : 700_000_000
            circumstances.strikes.append(
                Strike(
                    at: first + UInt64(generator.next(below: Int(circumstances.healsAt - first))),
                    length: Spread(5_000_000, mean).draw(&generator),
                    kind: kind,
                    seed: generator.next()
                )
            )
        }
        circumstances.strikes.sort { ($0.at, $0.seed) < ($1.at, $1.seed) }
    }

    func drawWire(_ circumstances: inout Circumstances) {
        var generator = generator("wire")
        func one<Value>(of values: [Value]) -> Value { values[generator.next(below: values.count)] }
        let chances: [Chance] = [.never, .never, .never, Chance(0.001), Chance(0.02)]
        circumstances.network.duplication = one(of: chances)
        circumstances.network.reordering = one(of: chances)
    }

    /// Partitions that are none into sides, and processes that start anew meanwhile: what one of them
    /// had promised is then known to nobody who decides.
    func drawPatchwork(_ circumstances: inout Circumstances) {
        var generator = generator("patchwork")
        guard generator.next(below: 2) == 0 else { return }
        let first: UInt64 = 400_000_000
        for _ in 0...generator.next(below: 3) {
            let patchwork = Strike(
                at: first + UInt64(generator.next(below: Int(circumstances.healsAt - first))),
                length: 100_000_000 + Spread(0, 600_000_000).draw(&generator),
                kind: .patchwork,
                seed: generator.next()
            )
            circumstances.strikes.append(patchwork)
            for _ in 0..<generator.next(below: 6) {
                circumstances.strikes.append(
                    Strike(
                        at: patchwork.at + UInt64(generator.next(below: Int(patchwork.length))),
                        length: Spread(1_000_000, 20_000_000).draw(&generator),
                        kind: .restart,
                        seed: generator.next(),
                        target: 1 + generator.next(below: circumstances.nodes)
                    )
                )
            }
        }
        circumstances.strikes.sort { ($0.at, $0.seed) < ($1.at, $1.seed) }
    }

    /// Primaries that all but a few have lost: they may still read, by the word of those few, while
    /// somebody else is elected.
    func drawTethers(_ circumstances: inout Circumstances) {
        var generator = generator("tethers")
        guard generator.next(below: 2) == 0 else { return }
        let first: UInt64 = 400_000_000
        for _ in 0...generator.next(below: 2) {
            let lull = Strike(
                at: first + UInt64(generator.next(below: Int(circumstances.healsAt - first))),
                length: 1_100_000_000 + Spread(0, 300_000_000).draw(&generator),
                kind: .lull,
                seed: generator.next()
            )
            let tether = Strike(
                at: lull.at + UInt64(generator.next(below: 100_000_000)),
                length: lull.length - 100_000_000,
                kind: .tether,
                seed: generator.next()
            )
            circumstances.strikes.append(tether)
            // Where clients go on writing, logs tell who has heard the primary last.
            if generator.next(below: 4) > 0 { circumstances.strikes.append(lull) }
        }
        circumstances.strikes.sort { ($0.at, $0.seed) < ($1.at, $1.seed) }
    }

    /// What an operator may ask of a cluster beyond its mode.
    func drawRules(_ circumstances: inout Circumstances) {
        var generator = generator("rules")
        if let mode = replicationModes.mode(circumstances.mode), mode.usesInSyncSet,
            !mode.acknowledgesUnderLease, generator.next(below: 3) == 0
        {
            circumstances.minimumInSync = 1 + generator.next(below: circumstances.replicas)
        }
        if generator.next(below: 3) == 0 {
            circumstances.moveRate = [100_000, 1_000_000][generator.next(below: 2)]
        }
    }

    /// So little for a peer at once that shards wait for their turn.
    func drawTurns(_ circumstances: inout Circumstances) {
        var generator = generator("turns")
        let limits = [512, 4 * 1_024, 4 << 20]
        circumstances.timing.flushByteLimit = limits[generator.next(below: limits.count)]
    }
}
