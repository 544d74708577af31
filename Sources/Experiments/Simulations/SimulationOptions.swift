public import Simulation

/// What the command line asks of the simulator.
public struct SimulationOptions: Sendable {
    public var seeds: ClosedRange<UInt64>
    /// Ends after this long, wherever it is then.
    public var minutes: Double?
    /// Fixes what it says; seeds decide the rest.
    public var planFile: String?
    public var json: Bool
    /// Whether the transcripts of failing seeds are printed, or of the only one.
    public var trace: Bool
    /// Threads that simulate; nil for one a processor.
    public var jobs: Int?
    /// Nil for the honest store.
    public var flaw: (any StoreFlaw.Type)?
    /// Whether one failing seed is enough.
    public var stopsAtFirst = false
    /// The command that repeats a seed, without the seed.
    public var command = "ordeal simulate"

    public static let mostSeeds: UInt64 = 100_000_000

    public init(
        seeds: ClosedRange<UInt64>,
        minutes: Double? = nil,
        planFile: String? = nil,
        json: Bool = false,
        trace: Bool = false,
        jobs: Int? = nil,
        flaw: (any StoreFlaw.Type)? = nil
    ) {
        self.seeds = seeds
        self.minutes = minutes
        self.planFile = planFile
        self.json = json
        self.trace = trace
        self.jobs = jobs
        self.flaw = flaw
    }

    /// `7`, or `1..1000`; nil where it is neither, or too much.
    public static func seeds(_ text: String) -> ClosedRange<UInt64>? {
        let parts = text.split(separator: "..", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let first = parts.first.flatMap({ UInt64($0) }),
            let last = parts.last.flatMap({ UInt64($0) }), first <= last,
            last - first < mostSeeds
        else { return nil }
        return first...last
    }
}
