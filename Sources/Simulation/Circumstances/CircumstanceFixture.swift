public import Determinism
public import Faults
public import Storage

/// What a plan fixes of the circumstances; the seed decides the rest.
public struct CircumstanceFixture: Sendable {
    public var mode: String
    public var nodes: Int
    public var replicas: Int
    public var shards: Int
    public var durability: Durability
    public var placement: String
    public var valueBytes: Int
    /// What keys are used for, by the workload's name.
    public var workload: String
    /// From the beginning of the load.
    public var faults: [(at: Duration, fault: any Fault)]

    public init(
        mode: String,
        nodes: Int,
        replicas: Int,
        shards: Int,
        durability: Durability,
        placement: String,
        valueBytes: Int,
        workload: String,
        faults: [(at: Duration, fault: any Fault)]
    ) {
        self.mode = mode
        self.nodes = nodes
        self.replicas = replicas
        self.shards = shards
        self.durability = durability
        self.placement = placement
        self.valueBytes = valueBytes
        self.workload = workload
        self.faults = faults
    }

    /// More nodes than this are not simulated.
    public static let mostNodes = 15
}

extension Circumstances {
    /// The load has begun, and the cluster serves.
    static let loadBegins: UInt64 = 500_000_000
    /// A plan's faults are over by then: longer plans are simulated faster than they are carried out.
    private static let plannedTime: Double = 4e9

    /// What a seed stands for, where a plan fixes some of it.
    public static func drawn(
        from seed: Seed,
        _ fixture: CircumstanceFixture?
    ) -> Circumstances {
        var circumstances = drawn(from: seed)
        if let fixture { circumstances.fix(fixture) }
        return circumstances
    }

    private mutating func fix(_ fixture: CircumstanceFixture) {
        mode = fixture.mode
        if clocksJump { (clocksJump, load.confirmedShare) = (false, 1) }
        nodes = min(fixture.nodes, CircumstanceFixture.mostNodes)
        replicas = min(fixture.replicas, nodes)
        shards = fixture.shards
        durability = fixture.durability
        placement = fixture.placement
        load.valueBytes = fixture.valueBytes
        load.families = Self.families(of: fixture.workload)
        load.keys = max(load.keys, shards)
        permanentFailures = min(permanentFailures, nodes - 1)
        guard !fixture.faults.isEmpty else { return }
        let schedule = FaultSchedule(fixture.faults, seed: seed)
        let end = Double(max(1, Self.nanoseconds(schedule.end)))
        let pace = min(1, Self.plannedTime / end)
        planned = schedule.entries
        strikes = schedule.entries.map { entry in
            let at = Double(Self.nanoseconds(entry.at)) * pace
            let heals = entry.healsAt.map { Double(Self.nanoseconds($0)) * pace } ?? at
            return Strike(
                at: Self.loadBegins + UInt64(at),
                length: UInt64(heals - at),
                kind: .planned,
                seed: UInt64(entry.index)
            )
        }
        healsAt = Self.loadBegins + UInt64(end * pace) + 100_000_000
        permanentFailures = 0
    }

    private static func families(of workload: String) -> [KeyFamily] {
        switch workload {
        case "counter", "bank": [.counter]
        case "append", "list-append", "set": [.list]
        case "register": [.register, .swapped]
        default: [.register]
        }
    }

    private static func nanoseconds(_ duration: Duration) -> UInt64 {
        let (seconds, attoseconds) = duration.components
        return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
}
