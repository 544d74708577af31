import Foundation
import Testing

/// `ordeal simulate` as a user sees it.
@Suite struct SimulateTests {
    private struct Result: Decodable {
        var seeds: Int
        var violations: Int
        var traceHash: String
        var simulatedSecondsPerSecond: Double
    }

    private func simulate(_ arguments: String...) throws -> Result {
        let command = try Command.run(["simulate", "--json"] + arguments)
        #expect(command.code == 0, "\(command.output)\(command.errors)")
        return try JSONDecoder().decode(Result.self, from: Data(command.output.utf8))
    }

    @Test func `two processes do the same, event for event`() throws {
        let first = try simulate("--seeds", "1..60")
        let second = try simulate("--seeds", "1..60", "--jobs", "1")
        #expect(first.seeds == 60)
        #expect(first.violations == 0)
        #expect(first.traceHash == second.traceHash)
        #expect(first.simulatedSecondsPerSecond > 0)
        let other = try simulate("--seeds", "61..62")
        #expect(other.traceHash != first.traceHash)
    }

    @Test func `a plan's cluster and faults are simulated`() throws {
        let result = try simulate("--plan", "chaos/quick.yaml", "--seeds", "1..8")
        #expect(result.seeds == 8)
        #expect(result.violations == 0)
    }

    @Test func `what a plan says is simulated, and what is not is named`() throws {
        let text = """
            plan: told
            system: { kind: keel, nodes: 3, replicas: 2, shards: 64, replication: synchronous, \
            detector: phi-accrual(8), reads: confirmed, minimumInSync: 1, moveRate: 2, placement: ring, \
            weights: [1, 2, 2], zones: [0, 1, 1] }
            workload: { kind: register, measure: 9s }
            faults: [{ at: 2s, fault: node-join }, { at: 8s, fault: process-crash, target: primary, \
            restartAfter: 500ms }]
            gates: { linearizable: true }
            """
        try withPlan(text) { plan, _ in
            let command = try Command.run("simulate", "--plan", plan, "--seeds", "4", "--trace")
            #expect(command.code == 0, "\(command.output)\(command.errors)")
            for word in [
                "phi-accrual(8)", "16 of 16 confirmed", "writes need 1 in sync",
                "moves of 2097152 bytes/s", "weights [1.0, 2.0, 2.0]", "zones [0, 1, 1]",
                "4 nodes, 2 replicas, 16 shards; 1 of the nodes spare", "2 planned",
            ] {
                #expect(command.output.contains(word), "\(word)")
            }
            // Who joins gets shards.
            #expect(command.output.contains("operator: add"))
            #expect(command.output.contains("n4 reigns over"))
            for word in [
                "the seeds' own rate, clients, keys and timeouts", "16 shards at most",
                "its faults shortened to 4 s", "none of its gates",
            ] {
                #expect(command.errors.contains(word), "\(word)")
            }
        }
    }

    @Test func `a minimum in sync that the mode does not take is refused`() throws {
        let text = """
            plan: refused
            system: { kind: keel, replication: quorum, minimumInSync: 1 }
            workload: { kind: ycsb-a }
            """
        try withPlan(text) { plan, _ in
            let command = try Command.run("simulate", "--plan", plan, "--seeds", "1")
            #expect(command.code == 64)
            #expect(command.errors.contains("minimumInSync suits synchronous and chain"))
        }
    }

    @Test func `one seed tells what happened`() throws {
        let command = try Command.run("simulate", "--seeds", "7", "--trace")
        #expect(command.code == 0)
        #expect(command.output.contains("seed 7: "))
        #expect(command.output.contains("reigns over"))
        #expect(try Command.run("simulate", "--seeds", "7", "--trace").output.contains("strike"))
    }

    @Test(arguments: [
        ["--seeds", "9..1"], ["--seeds", "many"], ["--minutes", "0"], ["--jobs", "0"],
        ["--plan", "no-such-plan.yaml"], ["--plan", "chaos/etcd.yaml"], ["--trace", "--json"],
    ])
    func `bad input is refused`(arguments: [String]) throws {
        let command = try Command.run(["simulate"] + arguments)
        #expect(command.code == 64, "\(command.errors)")
        #expect(!command.errors.isEmpty)
    }

    /// Those that take more seeds are left to `make soak`.
    @Test(arguments: [
        "acknowledge-before-replicating", "apply-before-commit", "apply-twice-on-recovery",
        "ignore-the-lease", "keep-the-copys-name", "lose-the-in-sync-change", "promote-out-of-sync",
        "resurrect-a-delete", "serve-after-demotion", "truncate-too-little",
    ])
    func `a planted flaw is found, and the seed that shows it is told`(name: String) throws {
        let command = try Command.run(
            ["--bug", name, "--seeds", "1..1000"],
            program: "flawed-stores"
        )
        #expect(command.code == 0, "\(command.output)\(command.errors)")
        #expect(command.output.contains("\(name): after"))
    }

    private struct Failed: Decodable {
        var violations: Int
        var failures: [Failure]

        struct Failure: Decodable {
            var seed: Int
            var violations: [String]
            var circumstances: String
            var reproduction: String
        }
    }

    @Test func `a seed that fails is told with the command that repeats it, and does`() throws {
        let name = "apply-twice-on-recovery"
        let first = try Command.run(
            ["--report", "--bug", name, "--seeds", "1..1000"],
            program: "flawed-stores"
        )
        #expect(first.code == 1, "\(first.output)\(first.errors)")
        let lines = first.output.split(separator: "\n").map(String.init)
        let told = try #require(lines.first { $0.contains(" broke a promise: ") })
        let violation = try #require(told.components(separatedBy: " broke a promise: ").last)
        let repeating = try #require(
            lines.first { $0.contains("repeat it: ") }?.components(separatedBy: "repeat it: ").last
        )
        var words = repeating.split(separator: " ").map(String.init)
        #expect(words.removeFirst() == "flawed-stores")
        let again = try Command.run(words, program: "flawed-stores")
        #expect(again.code == 1, "\(again.output)\(again.errors)")
        #expect(again.output.contains(told))
        // The transcript tells it too.
        let text = violation.drop { $0 != " " }.dropFirst()
        #expect(again.output.contains("VIOLATION \(text)"))

        words.removeAll { $0 == "--trace" }
        let json = try Command.run(words + ["--json"], program: "flawed-stores")
        #expect(json.code == 1)
        let document = try JSONDecoder().decode(Failed.self, from: Data(json.output.utf8))
        #expect(document.violations == 1)
        #expect(document.failures.first?.violations.first == violation)
        #expect(document.failures.first?.reproduction == repeating)
        #expect(document.failures.first?.circumstances.contains(" nodes, ") == true)
    }
}
