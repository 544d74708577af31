/// What the user asked of `ordeal load`, as it was written.
public struct LoadOptions: Sendable {
    public var target: String
    public var workload = "ycsb-a"
    public var records: String?
    public var value: String?
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
    public var json = false

    public init(target: String) {
        self.target = target
    }
}
