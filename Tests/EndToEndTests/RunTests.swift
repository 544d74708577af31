import Clusters
import Foundation
import Testing

/// Whole runs, one after another: two at once would measure each other.
@Suite(.serialized) struct RunTests {
    private func object(_ command: Command) throws -> [String: Any] {
        let json = try JSONSerialization.jsonObject(with: Data(command.output.utf8))
        return try #require(json as? [String: Any], "\(command.errors)")
    }

    private func cell(_ command: Command) throws -> [String: Any] {
        let cells = try #require(try object(command)["cells"] as? [[String: Any]])
        return try #require(cells.first)
    }

    @Test func `a run without faults is valid, and leaves everything that it says it does`() throws
    {
        try withRun(of: Plans.calm) { command, aftermath in
            #expect(command.code == 0, "\(command.errors)")
            let object = try object(command)
            #expect(object["plan"] as? String == "calm")
            #expect(object["seed"] as? Int == 3)
            let isLate = try aftermath.codeButForLateness != nil
            #expect(object["verdict"] as? String == (isLate ? "void" : "valid"))
            let cell = try cell(command)
            #expect((cell["throughput"] as? Double ?? 0) > 300)
            let latency = try #require(cell["latency"] as? [String: Any])
            #expect((latency["p50"] as? Double ?? 0) > 0)
            let ledger = try #require(cell["ledger"] as? [String: Any])
            #expect((ledger["acknowledged"] as? Int ?? 0) >= 500)
            #expect(ledger["lost"] as? Int == 0)
            let folder = try #require(aftermath.run)
            let files = [
                "run.json", "plan.yaml", "schedule.jsonl", "journal.jsonl", "report.html",
                "summary.md", "junit.xml", "trials/0001-single/trial.json",
                "trials/0001-single/nodes/node-1.err.log",
                "trials/0001-single/workers/worker-0.ledger",
            ]
            for file in files {
                #expect(FileManager.default.fileExists(atPath: "\(folder)/\(file)"), "\(file)")
            }
            #expect(aftermath.text("plan.yaml") == Plans.calm)
            #expect(aftermath.text("run.json").contains("\"status\": \"complete\""))
        }
    }

    @Test func `a crash costs time and no acknowledged write`() throws {
        try withRun(of: Plans.crash) { command, aftermath in
            #expect(command.code == 0, "\(command.errors)\(command.output)")
            let ledger = try #require(try cell(command)["ledger"] as? [String: Any])
            #expect(ledger["lost"] as? Int == 0)
            #expect((try cell(command)["longestOutage"] as? Double ?? 0) > 0.05)
            let journal = aftermath.text("journal.jsonl")
            #expect(journal.contains("was ended by signal 9"))
            #expect(journal.contains("\"event\":\"healed\""))
        }
    }

    @Test(.enabled(if: Machine.allowsNamespaces))
    func `a cut costs time and no acknowledged write`() throws {
        try withRun(of: Plans.cut) { command, aftermath in
            // Late writes of unknown outcome may leave the verdict open; a loss may not.
            #expect([0, 3].contains(command.code), "\(command.errors)\(command.output)")
            let ledger = try #require(try cell(command)["ledger"] as? [String: Any])
            #expect(ledger["lost"] as? Int == 0)
            #expect(aftermath.text("journal.jsonl").contains("packets dropped"))
        }
    }

    @Test(.enabled(if: Machine.allowsNamespaces))
    func `a store that acknowledges before it replicates is found out`() throws {
        func hasLost(_ command: Command) throws -> Bool {
            let ledger = try #require(try cell(command)["ledger"] as? [String: Any])
            return (ledger["lost"] as? Int ?? 0) > 0
        }
        try withHastyRun(of: Plans.cut, where: hasLost) { command, aftermath in
            let verdict = try object(command)["verdict"] as? String
            #expect(verdict == "invalid" && command.code == 1, "\(command.errors)")
            #expect(aftermath.text("summary.md").contains("partition of node-"))
        }
    }

    @Test func `a gate that is missed is told apart from a violation`() throws {
        let text = Plans.calm + "gates: { throughput: \">5000/s\" }\n"
        try withRun(of: text) { command, aftermath in
            #expect(command.code == 2, "\(command.errors)\(command.output)")
            #expect(aftermath.text("junit.xml").contains("throughput"))
            #expect(command.errors.contains("failed gate throughput: "), "\(command.errors)")
            #expect(command.errors.contains("limit > 5,000/s"), "\(command.errors)")
        }
    }

    @Test func `reports are rendered again from what a run left`() throws {
        try withPlan(Plans.calm) { plan, results in
            _ = try Command.run("run", plan, "--results", results)
            let aftermath = Aftermath(results: results)
            let folder = try #require(aftermath.run)
            let before = aftermath.text("report.html")
            try FileManager.default.removeItem(atPath: "\(folder)/report.html")
            let command = try Command.run("report", "\(results)/latest")
            #expect(command.code == 0, "\(command.errors)")
            #expect(aftermath.text("report.html") == before)
            #expect(before.contains("<svg"))
        }
        try withPlan(Plans.calm) { plan, results in
            _ = try Command.run("run", plan, "--results", results)
            let folder = try #require(Aftermath(results: results).run)
            let file = "\(folder)/run.json"
            let text = try String(contentsOfFile: file, encoding: .utf8)
            let killed = text.replacing("\"status\": \"complete\"", with: "\"status\": \"running\"")
            try Data(killed.utf8).write(to: URL(fileURLWithPath: file))
            let command = try Command.run("report", folder)
            #expect(command.output.contains("this run never finished"))
        }
        let nothing = try Command.run("report", "/nowhere")
        #expect(nothing.code == 64)
    }
}

/// What these tests may ask of the machine that they run on.
enum Machine {
    static let allowsNamespaces =
        CapabilityReport.probe(directory: "/tmp").missingForNamespaces.isEmpty
    static let isRoot = getuid() == 0
}
