/// Plans that take a few seconds.
enum Plans {
    static let calm = """
        plan: calm
        seed: 3
        system: { kind: keel, nodes: 3, replicas: 3, shards: 64, replication: quorum }
        workload:
          kind: ycsb-a
          records: 500
          clients: 4
          load: { open: 400/s }
          warmup: 500ms
          measure: 1s

        """

    /// Process faults only, so that it runs anywhere.
    static let crash = """
        plan: crash
        seed: 3
        fabric: loopback
        system: { kind: keel, nodes: 3, replicas: 3, shards: 64, replication: synchronous }
        workload:
          kind: ycsb-a
          records: 500
          clients: 4
          load: { open: 400/s }
          warmup: 500ms
          measure: 4s
          timeout: 4s
        faults: [{ at: 1s, fault: process-crash, target: primary, restartAfter: 500ms }]
        gates: { longestOutage: "<3s" }

        """

    /// A primary is cut off together with some of its clients.
    static let cut = """
        plan: cut
        seed: 3
        system: { kind: keel, nodes: 3, replicas: 3, shards: 64, replication: quorum }
        workload:
          kind: ycsb-a
          records: 500
          clients: 8
          load: { open: 800/s }
          warmup: 500ms
          measure: 5s
          timeout: 4s
        faults:
          - { at: 1s, fault: partition, shape: isolate, target: primary, with: clients, for: 1500ms }

        """

    /// Clients fight over a few registers while a primary is cut off together with some of them.
    static let register = """
        plan: register
        seed: 3
        system: { kind: keel, nodes: 3, replicas: 3, shards: 64, replication: quorum }
        workload:
          kind: register
          records: 40
          clients: 8
          load: { open: 800/s }
          warmup: 500ms
          measure: 5s
          timeout: 4s
        faults:
          - { at: 1s, fault: partition, shape: isolate, target: primary, with: clients, for: 1500ms }
        gates: { linearizable: true }

        """

    /// Every kind of workload that a history judges, for a moment each.
    static func shared(_ kind: String) -> String {
        """
        plan: shared
        seed: 3
        system: { kind: keel, nodes: 3, replicas: 3, shards: 64, replication: quorum }
        workload:
          kind: \(kind)
          records: 20
          clients: 4
          load: { open: 400/s }
          warmup: 500ms
          measure: 1s
        gates: { linearizable: true }

        """
    }

    /// Longer than any test waits.
    static let long = cut.replacing("measure: 5s", with: "measure: 10m")
        .replacing("for: 1500ms", with: "for: 9m")
}

extension Plans {
    static let longWithoutCuts = crash.replacing("measure: 4s", with: "measure: 10m")
        .replacing("restartAfter: 500ms", with: "restartAfter: 9m")
}
