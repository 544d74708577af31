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

    @Test func `one seed tells what happened`() throws {
        let command = try Command.run("simulate", "--seeds", "7", "--trace")
        #expect(command.code == 0)
        #expect(command.output.contains("seed 7: "))
        #expect(command.output.contains("reigns over"))
        #expect(try Command.run("simulate", "--seeds", "7", "--trace").output.contains("strike"))
    }

    @Test(arguments: [
        ["--seeds", "9..1"], ["--seeds", "many"], ["--minutes", "0"], ["--jobs", "0"],
        ["--plan", "no-such-plan.yaml"], ["--trace", "--json"],
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
}
