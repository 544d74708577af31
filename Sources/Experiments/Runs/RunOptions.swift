/// What the command line says about a run, beyond the plan.
public struct RunOptions: Sendable {
    public var planFile: String
    public var only: String?
    public var seed: UInt64?
    /// In place of the plan's `repeat`.
    public var repetitions: Int?
    public var dryRun: Bool
    public var json: Bool
    public var resultsRoot: String
    public var fabric: Plan.FabricChoice?
    public var watchdog: Duration?
    /// Whether the load ends at the first violation, and the nodes wait for the user to look.
    public var failFast: Bool

    public init(
        planFile: String,
        only: String? = nil,
        seed: UInt64? = nil,
        repetitions: Int? = nil,
        dryRun: Bool = false,
        json: Bool = false,
        resultsRoot: String = "results",
        fabric: Plan.FabricChoice? = nil,
        watchdog: Duration? = nil,
        failFast: Bool = false
    ) {
        self.planFile = planFile
        self.only = only
        self.seed = seed
        self.repetitions = repetitions
        self.dryRun = dryRun
        self.json = json
        self.resultsRoot = resultsRoot
        self.fabric = fabric
        self.watchdog = watchdog
        self.failFast = failFast
    }
}
