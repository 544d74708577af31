import Foundation
import Testing

/// However a run ends, nothing of it stays behind.
@Suite(.serialized) struct EndingTests {
    /// Starts a long run and calls `body` once its fault has struck.
    private func midway(
        errors: Any? = FileHandle.nullDevice,
        _ body: (Process, Aftermath) throws -> Void
    ) throws {
        let text = Machine.allowsNamespaces ? Plans.long : Plans.longWithoutCuts
        try withPlan(text) { plan, results in
            let aftermath = Aftermath(results: results)
            let process = try Command.start(["run", plan, "--results", results], errors: errors)
            defer {
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
            }
            let struck = eventually {
                aftermath.text("journal.jsonl").contains("\"event\":\"applied\"")
            }
            try #require(struck, "\(aftermath.text("journal.jsonl"))")
            #expect(aftermath.stores.count >= 3)
            try body(process, aftermath)
            #expect(eventually { aftermath.processes.isEmpty })
        }
    }

    @Test(arguments: [false, true])
    func `a kill leaves no process and no network`(ofTheHarness: Bool) throws {
        let interfaces = Aftermath.interfaces
        try midway { process, aftermath in
            let harness = try #require(aftermath.harness)
            kill(ofTheHarness ? harness : process.processIdentifier, SIGKILL)
            #expect(eventually(within: 10) { aftermath.processes.isEmpty })
            #expect(aftermath.text("run.json").contains("\"status\": \"running\""))
        }
        #expect(Aftermath.interfaces == interfaces)
    }

    @Test func `the first interruption heals, audits and reports`() throws {
        try midway { process, aftermath in
            process.interrupt()
            #expect(eventually(within: 60) { !process.isRunning })
            #expect([130, 1].contains(process.terminationStatus))
            let record = aftermath.text("run.json")
            #expect(record.contains("\"exitCode\": \(process.terminationStatus)"))
            #expect(aftermath.text("journal.jsonl").contains("\"phase\":\"audit\""))
            #expect(aftermath.text("report.html").contains("interrupted"))
        }
    }

    @Test func `an interrupted run is aborted, proves nothing, and says so everywhere`() throws {
        // A closed loop has no schedule, which a machine that is busy elsewhere would make it miss.
        let long = Plans.longWithoutCuts.replacing("load: { open: 400/s }", with: "load: closed")
            .replacing("faults: [", with: "faults: [{ at: 9m, fault: restart, target: primary }, ")
        let text = long + "matrix: { replication: [synchronous, quorum] }\n"
        try withPlan(text) { plan, results in
            let files = try ["out", "err"].map { name in
                let path = "\(plan).\(name)"
                _ = FileManager.default.createFile(atPath: path, contents: nil)
                return (path, try FileHandle(forWritingTo: URL(fileURLWithPath: path)))
            }
            let aftermath = Aftermath(results: results)
            let process = try Command.start(
                ["run", plan, "--results", results, "--json"],
                output: files[0].1,
                errors: files[1].1
            )
            defer {
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
            }
            try #require(
                eventually { aftermath.text("journal.jsonl").contains("\"event\":\"applied\"") }
            )
            process.interrupt()
            #expect(eventually(within: 60) { !process.isRunning })
            #expect(process.terminationStatus == 130)
            let output = try Data(contentsOf: URL(fileURLWithPath: files[0].0))
            let object = try #require(
                try JSONSerialization.jsonObject(with: output) as? [String: Any]
            )
            #expect(object["status"] as? String == "aborted")
            #expect(object["verdict"] as? String == "unknown")
            let cells = try #require(object["cells"] as? [[String: Any]])
            #expect(cells.map { $0["verdict"] as? String } == ["unknown", "unknown"])
            let said = try String(contentsOfFile: files[1].0, encoding: .utf8)
            #expect(said.contains("once more ends the run at once"))
            #expect(said.contains("restart was due at 9m and never struck"))
            #expect(said.contains("interrupted: 1 trial was not carried out"))
            #expect(aftermath.text("junit.xml").contains("skipped=\"1\""))
            #expect(aftermath.text("summary.md").hasPrefix("# crash: unknown (aborted)"))
            #expect(aftermath.text("run.json").contains("\"status\": \"aborted\""))
        }
    }

    @Test func `the second interruption ends at once`() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let errors = "\(folder)/errors"
        _ = FileManager.default.createFile(atPath: errors, contents: nil)
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
        try midway(errors: file) { process, aftermath in
            process.interrupt()
            _ = eventually(within: 0.2) { false }
            process.interrupt()
            #expect(eventually(within: 5) { !process.isRunning })
            #expect(process.terminationStatus == 130)
            let said = try String(contentsOfFile: errors, encoding: .utf8)
            #expect(said.contains("ended at once, without a report"))
            #expect(said.contains("\(aftermath.results)/runs/"))
        }
    }

    @Test func `the watchdog ends a run that takes too long, and says where it was`() throws {
        try withPlan(Plans.longWithoutCuts) { plan, results in
            let command = try Command.run("run", plan, "--results", results, "--watchdog", "3s")
            #expect(command.code == 4)
            let why = "the limit of 3s (--watchdog) passed in trial 1, phase measure"
            #expect(command.output.contains(why))
            let aftermath = Aftermath(results: results)
            #expect(aftermath.text("run.json").contains(why))
            #expect(aftermath.text("junit.xml").contains("skipped=\"1\""))
            #expect(aftermath.text("report.html").contains("○ void"))
            #expect(eventually(within: 10) { aftermath.processes.isEmpty })
        }
    }

    @Test func `two runs at once do not disturb each other`() throws {
        try withPlan(Plans.calm) { plan, results in
            let runs = try ["a", "b"].map { name in
                try Command.start(["run", plan, "--results", "\(results)-\(name)"])
            }
            defer {
                for name in ["a", "b"] {
                    try? FileManager.default.removeItem(atPath: "\(results)-\(name)")
                }
            }
            for run in runs { run.waitUntilExit() }
            for name in ["a", "b"] {
                let aftermath = Aftermath(results: "\(results)-\(name)")
                let record = aftermath.text("run.json")
                #expect(record.contains("\"status\": \"complete\""))
                // They share the processors, so a trial may be void; nothing else may go wrong.
                #expect(!record.contains("no fault had asked"))
                #expect(record.contains("\"lost\": 0"))
                #expect(aftermath.processes.isEmpty)
            }
        }
    }
}
