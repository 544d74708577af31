/// Where a run took place and with what; `nil` is "not known".
public struct Provenance: Sendable, Hashable, Codable {
    public var toolVersion: String
    /// Of the checkout that the program was built in, as it stands when the run begins.
    public var gitCommit: String?
    public var arguments: [String]
    /// The store under test and its version.
    public var system: String?
    public var fabric: String?
    /// A hash of the resolved plan: runs with different hashes are not comparable.
    public var configurationHash: String?
    public var host: String?
    public var cpuModel: String?
    public var cores: Int?
    public var memoryBytes: Int?
    public var kernel: String?
    public var swiftVersion: String?
    /// The fraction of processor time that the hypervisor gave to others during the run.
    public var machineSteal: Double?
    /// The median cost of one fsync on the disk of the results folder, in seconds.
    public var fsyncCost: Double?

    public init(
        toolVersion: String,
        gitCommit: String? = nil,
        arguments: [String] = [],
        system: String? = nil,
        fabric: String? = nil,
        configurationHash: String? = nil,
        host: String? = nil,
        cpuModel: String? = nil,
        cores: Int? = nil,
        memoryBytes: Int? = nil,
        kernel: String? = nil,
        swiftVersion: String? = nil,
        machineSteal: Double? = nil,
        fsyncCost: Double? = nil
    ) {
        self.toolVersion = toolVersion
        self.gitCommit = gitCommit
        self.arguments = arguments
        self.system = system
        self.fabric = fabric
        self.configurationHash = configurationHash
        self.host = host
        self.cpuModel = cpuModel
        self.cores = cores
        self.memoryBytes = memoryBytes
        self.kernel = kernel
        self.swiftVersion = swiftVersion
        self.machineSteal = machineSteal
        self.fsyncCost = fsyncCost
    }
}
