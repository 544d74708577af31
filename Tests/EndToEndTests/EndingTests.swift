import Foundation
import Testing

/// However a run ends, nothing of it stays behind.
@Suite(.serialized) struct EndingTests {
    /// Starts a long run and calls `body` once its fault has struck.
    private func midway(
        _ arguments: [String] = [],
        _ body: (Process, Aftermath) throws -> Void
    ) throws {
        let text = Machine.allowsNamespaces ? Plans.long : Plans.longWithoutCuts
        try withPlan(text) { plan, results in
            let aftermath = Aftermath(results: results)
            let process = try Command.start(["run", plan, "--results", results] + arguments)
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

    @Test func `the second interruption ends at once`() throws {
        try midway { process, aftermath in
            process.interrupt()
            _ = eventually(within: 0.2) { false }
            process.interrupt()
            #expect(eventually(within: 5) { !process.isRunning })
            #expect(process.terminationStatus == 130)
        }
    }

    @Test func `the watchdog ends a run that takes too long, and says where it was`() throws {
        try withPlan(Plans.longWithoutCuts) { plan, results in
            let command = try Command.run("run", plan, "--results", results, "--watchdog", "3s")
            #expect(command.code == 4)
            #expect(command.errors.contains("it hung in trial 1, phase measure"))
            let aftermath = Aftermath(results: results)
            #expect(aftermath.text("run.json").contains("the watchdog ended the run after 3s"))
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
                #expect(!record.contains("although nobody"))
                #expect(record.contains("\"lost\": 0"))
                #expect(aftermath.processes.isEmpty)
            }
        }
    }
}
