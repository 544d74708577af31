internal import Determinism
internal import Topology
internal import Workloads

/// The names that a plan may use: what is registered, so that a new kind is known at once.
struct Vocabulary: Sendable {
    var systems: [String]
    var placements: [String]
    var replications: [String]
    var durabilities: [String]
    var workloads: [String]
    var distributions: [String]
}

extension Vocabulary {
    static let registered = Vocabulary(
        systems: ["keel"],
        placements: placementSchemes.map { $0.name },
        replications: ["none", "asynchronous", "synchronous", "quorum"],
        durabilities: ["memory", "log-everysec", "log-always"],
        workloads: Workloads.workloads.map { $0.name },
        distributions: Determinism.distributions.map { $0.name }
    )
}
