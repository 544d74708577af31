/// What the user asked of `ordeal load`, as it was written.
public struct LoadOptions: Sendable {
    public var target: String
    public var workload = "ycsb-a"
    public var records: String?
    public var value: String?
    public var keyLength: String?
    public var keyPrefix: String?
    public var filling: String?
    public var lifetime: String?
    public var drift: String?
    /// Commands of the user's own, each with a weight behind `@` where it has one.
    public var commands: [String] = []
    /// Of the requests of an open loop.
    public var arrivals = "even"
    /// A file of times at which requests are due.
    public var recorded: String?
    public var law: String?
    /// nil for a closed loop.
    public var rate: String?
    public var clients = 50
    public var pipeline = 1
    public var workers = 1
    public var duration = "10s"
    public var warmup = "1s"
    public var timeout = "5s"
    public var thinkTime: String?
    public var quantum: String?
    public var seed: UInt64?
    public var keepsLedger = false
    public var isRESP3 = false
    /// `load`, `run` or `both`.
    public var phase = "both"
    public var expectations: [String] = []
    /// Rates to be measured one after the other.
    public var ladder: String?
    /// What the highest rate is to meet.
    public var findRate: [String] = []
    public var json = false
    public var logFile: String?
    public var distributionFile: String?
    public var tableFile: String?
    public var pageFile: String?

    public init(target: String) {
        self.target = target
    }
}
