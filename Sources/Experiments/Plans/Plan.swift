public import Faults
internal import Determinism
public import Workloads

/// What to run: a description without any decision left to the machine but time.
public struct Plan: Sendable {
    public var name: String
    public var seed: UInt64
    /// How often every cell is measured, each time on a fresh cluster.
    public var repetitions: Int
    public var fabric: FabricChoice
    /// How long replicas may take to agree once everything is healed.
    public var convergenceBound: Duration
    public var axes: [Axis]
    /// Every combination of the axes' values, the last axis fastest.
    public var cells: [Cell]
    /// The file's bytes as read, kept beside the results.
    public var source: String

    public enum FabricChoice: String, Sendable, CaseIterable {
        /// `namespaces` where the machine allows it, else `loopback`.
        case auto, namespaces, loopback
    }

    public struct Axis: Sendable, Equatable {
        public var key: String
        public var values: [String]
    }
}

/// One point of the matrix, whole: nothing has to be looked up in the plan again.
public struct Cell: Sendable {
    /// `replication=quorum,placement=ring`, in the order of the plan's axes; `single` without any.
    public var name: String
    public var parameters: [Parameter]
    public var system: SystemPlan
    public var workload: WorkloadPlan
    public var faults: [FaultPlan]
    public var gates: [Gate]

    public struct Parameter: Sendable, Equatable, Codable {
        public var key: String
        public var value: String
    }
}

public struct SystemPlan: Sendable, Equatable {
    public var kind: String
    public var nodes: Int
    /// Copies of every shard, the primary's included.
    public var replicas: Int
    public var shards: Int
    public var durability: String
    public var placement: String
    public var replication: String
    /// How failures are detected; nil for the system's own way.
    public var detector: String?
    /// Replicas that writes need in sync; nil for as many as the mode asks for.
    public var minimumInSync: Int?
    /// What reads rest on where a client says nothing; nil for the system's own way.
    public var reads: String?
    /// What moving shards may take of each node, MiB/s; nil for the system's own way.
    public var moveRate: Int?
    /// The nodes' shares of the shards; empty where all are the same.
    public var weights: [Double]
    /// The nodes' fault domains; empty where there are none.
    public var zones: [Int]
    /// Another executable than the one beside `ordeal`.
    public var binary: String?
}

public struct WorkloadPlan: Sendable, Equatable {
    public var kind: String
    public var records: Int
    /// How keys are named, what values look like, and how long they live.
    var shape: RecordShape
    /// The law by which keys are drawn; nil for the workload's own.
    var keys: AnyDistribution?
    /// The plan's own commands; empty for every other workload.
    var commands: [CommandWorkload.Choice]
    public var clients: Int
    /// Load-generating processes; nil for as many as the machine affords.
    public var workers: Int?
    public var load: Load
    public var warmup: Duration
    public var measure: Duration
    public var timeout: Duration
    /// Whether every request is recorded, also where the ledger suffices.
    public var history: Bool

    public enum Load: Sendable, Equatable {
        /// Every client sends its next request when it has the reply to the last.
        case closed
        /// Requests are due by a schedule, whether or not earlier ones were answered.
        case open(RateProfile, process: String)
        /// Requests are due when a file says, one time a line.
        case recorded(file: String, count: Int)
    }

    /// Of the longest value.
    public var valueBytes: Int { shape.valueBytes.greatest }
}

/// One fault of the plan, and when it strikes.
public struct FaultPlan: Sendable {
    /// From the start of the measurement.
    public var at: Duration
    public var fault: any Fault
    /// As written, for the schedule.
    public var fields: FaultFields
    public var mark: SourceMark
}
