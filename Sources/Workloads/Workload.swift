public import Determinism

/// What clients do, as a description: the mix of requests, the records they touch, by which law.
public protocol Workload: Codable, Sendable {
    static var name: String { get }
    /// One line for listings.
    static var summary: String { get }

    init()

    /// How many keys exist before the measurement begins.
    var records: Int { get set }
    var valueBytes: Int { get set }
    /// Which of the records a request asks for.
    var distribution: AnyDistribution { get set }
    /// The share of reads; the rest are updates.
    var readShare: Double { get }
}

/// Every workload a plan can name.
public let workloads: [any Workload.Type] = [
    YCSBA.self,
    YCSBB.self,
    YCSBC.self,
]
