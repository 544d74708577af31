import Foundation
import Testing

/// Runs of plans whose load is as peculiar as `ordeal load` can make it, judged like any other.
@Suite(.serialized) struct WorkloadRunTests {
    private static func plan(_ workload: String, load: String = "{ open: 400/s }") -> String {
        """
        plan: peculiar
        seed: 3
        system: { kind: keel, nodes: 3, replicas: 3, shards: 64, replication: quorum }
        workload:
          \(workload)
          records: 300
          clients: 4
          workers: 2
          load: \(load)
          warmup: 500ms
          measure: 1s

        """
    }

    private func run(_ text: String, _ check: (Command, String) throws -> Void) throws {
        try withRun(of: text) { command, aftermath in
            try check(command, aftermath.text("trials/0001-single/trial.json"))
        }
    }

    @Test(arguments: ["ycsb-d", "ycsb-f"])
    func `what is added and what is read first are found again after a closed loop`(
        kind: String
    ) throws {
        try run(Self.plan("kind: \(kind)", load: "closed")) { command, trial in
            #expect(command.code == 0, "\(command.errors)\(command.output)")
            #expect(trial.contains("\"lost\": 0"), "\(trial.prefix(3000))")
        }
    }

    @Test(arguments: [
        "kind: ycsb-d, valueBytes: 26..200", "kind: ycsb-d, history: true", "kind: ycsb-f",
        "kind: ycsb-e, keyPrefix: \"{all}:\"",
        "kind: updates, keyBytes: 20..40, keyPrefix: \"user:\", fill: random",
        "kind: ycsb-a, keys: \"zipfian:0.8\", drift: 5%/s, valueBytes: \"30:9,400:1\"",
    ])
    func `every write of a peculiar load is found again`(workload: String) throws {
        let lines = workload.replacing(", ", with: "\n  ")
        try run(Self.plan(lines, load: "{ open: 400/s, arrivals: poisson }")) { command, trial in
            #expect(command.code == 0, "\(command.errors)\(command.output)")
            let lost = trial.contains("\"lost\": 0") && trial.contains("\"garbage\": 0")
            #expect(lost, "\(trial.prefix(3000))")
        }
    }

    @Test func `commands are measured, and the report says that nobody judges them`() throws {
        let commands = "kind: commands\n  commands: [\"GET __key__@3\", \"INCR n:__key__\"]"
        try run(Self.plan(commands)) { command, trial in
            #expect(command.code == 0, "\(command.errors)\(command.output)")
            #expect(trial.contains("no write is judged: nobody knows what the commands mean"))
        }
    }

    @Test func `requests leave when a file says`() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = "\(folder)/arrivals.txt"
        let times = (0..<600).map { "\(Double($0) * 0.0025)" }.joined(separator: "\n")
        try Data(times.utf8).write(to: URL(fileURLWithPath: file))
        try run(Self.plan("kind: ycsb-a", load: "{ recorded: \(file) }")) { command, trial in
            #expect(command.code == 0, "\(command.errors)\(command.output)")
            #expect(trial.contains("\"offered\": 400"), "\(trial.prefix(3000))")
        }
    }
}
