import Consistency
import Coordination
import Determinism
import Replication
import Storage
import Topology

/// A whole cluster on virtual time: the same cores as the real one, on a network, disks and clocks that
/// a seed decides.
///
/// One thread, one agenda; whatever happens is a function of the circumstances.
struct Simulator {
    let circumstances: Circumstances
    var now: UInt64 = 0
    var agenda = Agenda()
    var network: Network
    /// Place 0 stands for the coordinator and holds nothing.
    var nodes: [SimulatedNode]
    var coordinator: SimulatedCoordinator
    var crowd: Crowd
    var chronicle: Chronicle
    var losses: CopyLosses
    var violations: [Violation] = []
    var isHealed = false
    /// When the coordinator's map changed last.
    var mapStoredAt: UInt64 = 0
    var undos: [(strike: Int, undo: Undo)] = []
    /// Strikes that others bring along, numbered after the drawn ones.
    var sequels: [Strike] = []
    /// By shard: when the last write was acknowledged that was asked for after the healing, whether
    /// there had to be one, and when the first write was seen to be gone.
    var lastWrite: [UInt64]
    var mustProgress: [Bool]
    var firstLoss: [UInt64]
    var writesLost = 0
    /// Of every event, in its order.
    var trace = TraceHash()

    // What is on its way; the agenda holds places.
    var parcels = Parcels()
    var letters = Slots<CoordinatorLetter>()
    var maps: [ClusterMap] = []
    var effects: [Effect] = []
    var coordinatorEffects: [CoordinatorEffect] = []
    var connections: UInt32 = 0
    /// The newest connection of each pair of nodes, by the lower's place and the higher's.
    var newestConnection: [UInt32]
    var diskGenerator: SeededGenerator
    var nodeGenerator: SeededGenerator
    var events = 0
    let isLogged: Bool
    var isTraced = false
    var transcript: [String] = []
    let modes: [any ReplicationMode.Type]
    /// Nil for the honest store.
    let flaw: (any StoreFlaw)?
    let isFlawed: Bool
    let logSteps: [LogStep]

    struct Violation {
        var at: UInt64
        var text: String
    }

    init(_ circumstances: Circumstances, flaw: (any StoreFlaw)? = nil) {
        self.circumstances = circumstances
        self.flaw = flaw
        isFlawed = flaw != nil
        modes = flaw?.modes(replicationModes) ?? replicationModes
        logSteps = flaw?.logSteps(LogStep.allCases) ?? LogStep.allCases
        let seed = circumstances.seed
        let count = circumstances.nodes
        isLogged = circumstances.durability.writesLog
        network = Network(
            endpoints: count + 1 + Crowd.groups,
            law: circumstances.network,
            seed: seed.derived("network")
        )
        newestConnection = Array(repeating: 0, count: (count + 1) * (count + 1))
        diskGenerator = SeededGenerator(seed: seed.derived("disks"))
        var clocks = SeededGenerator(seed: seed.derived("clocks"))
        nodes = (0...count).map { number in
            SimulatedNode(
                id: NodeID(UInt16(number)),
                nodes: count,
                disk: SimulatedDisk(dataID: UInt64(number) + 1),
                clock: Self.clock(circumstances, &clocks)
            )
        }
        nodeGenerator = SeededGenerator(seed: seed.derived("nodes"))
        coordinator = SimulatedCoordinator(
            circumstances,
            clock: Self.clock(circumstances, &clocks),
            flaw: flaw
        )
        crowd = Crowd(circumstances)
        chronicle = Chronicle(nodes: count, shards: circumstances.shards)
        losses = CopyLosses(Self.promise(circumstances), nodes: count, shards: circumstances.shards)
        lastWrite = Array(repeating: 0, count: circumstances.shards)
        mustProgress = Array(repeating: false, count: circumstances.shards)
        firstLoss = Array(repeating: .max, count: circumstances.shards)
        for place in 1...count { start(place) }
        scheduleStrikes()
        agenda.add(Happening(kind: .phase, value: 0), at: circumstances.healsAt)
        // What has failed for good may still be elected until its silence is noticed.
        agenda.add(Happening(kind: .phase, value: 1), at: circumstances.healsAt + 1_000_000_000)
        agenda.add(
            Happening(kind: .phase, value: 2),
            at: circumstances.healsAt + circumstances.patience
        )
        agenda.add(Happening(kind: .coordinatorTick, life: coordinator.life), at: 1)
        agenda.add(Happening(kind: .arrival), at: 300_000_000)
        agenda.add(Happening(kind: .sweep), at: 300_000_000)
    }

    private static func promise(_ circumstances: Circumstances) -> Promise {
        Promise.named(
            circumstances.mode,
            replicas: circumstances.replicas,
            minimumInSync: circumstances.minimumInSync
        ) ?? .singleCopy
    }

    private static func clock(
        _ circumstances: Circumstances,
        _ generator: inout SeededGenerator
    ) -> SimulatedClock {
        let showing = 10_000_000_000 + generator.next() % 1_000_000_000_000
        let drift =
            circumstances.drift == 0
            ? 0
            : Int64(generator.next(below: Int(2 * circumstances.drift + 1))) - circumstances.drift
        return SimulatedClock(showing: showing, at: 0, drift: drift)
    }

    /// Lets time pass until then.
    mutating func run(until end: UInt64) {
        while agenda.nextTime <= end {
            let (time, happening) = agenda.take()
            now = time
            events &+= 1
            trace.add(time, happening)
            handle(happening)
        }
        now = end
    }

    private mutating func handle(_ happening: Happening) {
        switch happening.kind {
        case .message: receive(happening)
        case .endTurn, .tick, .heartbeat, .watchLinks, .logStep, .syncerStep, .startStep, .dial,
            .linked, .unlinked, .congested, .map:
            reach(Int(happening.place), happening)
        case .request: receiveRequest(happening)
        case .reply: receiveReply(happening)
        case .arrival: arrive()
        case .sweep: sweep()
        case .coordinatorTick: tickCoordinator(happening)
        case .coordinatorMessage: receiveLetter(happening)
        case .storeStep: storeStep(happening)
        case .strike: strike(happening)
        case .heal: heal(happening)
        case .phase: enterPhase(happening)
        }
    }

    /// Adds a line to the transcript; ask `isTraced` first, so that nothing is formatted in vain.
    mutating func say(_ text: String) {
        let microseconds = String(now / 1_000)
        let padding = String(repeating: " ", count: max(0, 8 - microseconds.count))
        transcript.append("\(padding)\(microseconds)  \(text)")
    }

    mutating func violated(_ text: String) {
        if isTraced { say("VIOLATION \(text)") }
        guard violations.count < 20 else { return }
        violations.append(Violation(at: now, text: text))
    }
}

/// Folds whatever happens into one number: two runs with the same number did the same.
struct TraceHash {
    private(set) var value: UInt64 = 0x9e37_79b9_7f4a_7c15

    @inline(__always)
    mutating func add(_ word: UInt64) {
        value = (value ^ word) &* 0x9fb2_1c65_1e98_df25
        value ^= value >> 32
    }

    @inline(__always)
    mutating func add(_ time: UInt64, _ happening: Happening) {
        add(
            time << 20 ^ UInt64(happening.kind.rawValue) << 8 ^ UInt64(happening.place)
                ^ UInt64(happening.value) << 40
        )
    }
}
