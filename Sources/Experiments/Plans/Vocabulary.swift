/// The names that a plan may use: what is registered, so that a new kind is known at once.
struct Vocabulary: Sendable {
    var systems: [String]
    var placements: [String]
    var replications: [String]
    var durabilities: [String]
    var workloads: [String]
    var distributions: [String]
    var faults: [FaultKind]
    var shapes: [String]
    var roles: [String]

    struct FaultKind: Sendable {
        var name: String
        /// The keys beside `at` and `fault` that the fault understands.
        var keys: [String]
        /// Whether it cuts links, which needs the `namespaces` fabric.
        var needsNetwork: Bool
    }
}

extension Vocabulary {
    static let registered = Vocabulary(
        systems: ["keel"],
        placements: ["modulo", "ring", "rendezvous"],
        replications: ["none", "asynchronous", "synchronous", "quorum"],
        durabilities: ["memory", "log-everysec", "log-always"],
        workloads: ["ycsb-a", "ycsb-b", "ycsb-c"],
        distributions: ["uniform", "zipfian"],
        faults: [
            FaultKind(
                name: "process-crash",
                keys: ["target", "restartAfter"],
                needsNetwork: false
            ),
            FaultKind(name: "machine-crash", keys: ["target", "restartAfter"], needsNetwork: true),
            FaultKind(name: "pause", keys: ["target", "for"], needsNetwork: false),
            FaultKind(name: "restart", keys: ["target"], needsNetwork: false),
            FaultKind(
                name: "partition",
                keys: ["shape", "target", "with", "for"],
                needsNetwork: true
            ),
        ],
        shapes: ["isolate", "halves", "one-way", "bridge"],
        roles: ["primary", "backup", "coordinator", "random"]
    )
}
