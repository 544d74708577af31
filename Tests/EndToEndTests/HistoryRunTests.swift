import Foundation
import Testing

/// Whole runs that are judged by what their clients asked and were told.
@Suite(.serialized) struct HistoryRunTests {
    @Test(
        arguments: [
            "register", "unique-writes", "append", "counter", "set", "bank", "list-append",
        ]
    )
    func `a calm run of every shared workload is valid`(kind: String) throws {
        try withRun(of: Plans.shared(kind)) { command, aftermath in
            #expect(command.code == 0, "\(kind): \(command.errors)\(command.output)")
            let trial = aftermath.text("trials/0001-single/trial.json")
            #expect(trial.contains("\"holds\": true"), "\(trial.suffix(2000))")
            let folder = try #require(aftermath.run)
            let history = "\(folder)/trials/0001-single/workers/history-0.bin"
            #expect(FileManager.default.fileExists(atPath: history))
        }
    }

    @Test(.enabled(if: Machine.allowsNamespaces))
    func `registers stay registers through a cut`() throws {
        try withRun(of: Plans.register) { command, _ in
            #expect(command.code == 0, "\(command.errors)\(command.output)")
        }
    }

    @Test(.enabled(if: Machine.allowsNamespaces))
    func `a store that acknowledges before it replicates is shown what it told`() throws {
        try withHastyRun(of: Plans.register) { command, aftermath in
            let trial = aftermath.text("trials/0001-single/trial.json")
            #expect(trial.contains("\"holds\": false"))
            #expect(trial.contains("partition of node-"))
            let page = aftermath.text("report.html")
            #expect(page.contains("class=\"chart example\""))
            #expect(page.contains("from key:00000000") || page.contains("of key:00000000"))
        }
    }

    @Test(.enabled(if: Machine.allowsNamespaces))
    func `lost appends are counted by name, with the fault that they follow`() throws {
        let plan = Plans.register.replacing("kind: register", with: "kind: append")
        try withHastyRun(of: plan) { command, aftermath in
            #expect(command.errors.contains("acknowledged writes were lost although the promise"))
            #expect(command.errors.contains(" follow partition of node-"), "\(command.errors)")
            #expect(aftermath.text("report.html").contains("What became of shared keys"))
            #expect(aftermath.text("summary.md").contains("duplicate-applied"))
        }
    }

    @Test func `a workload with a ledger is held against its history too, where one is asked for`()
        throws
    {
        let text = Plans.calm.replacing("kind: ycsb-a", with: "kind: ycsb-a\n  history: true")
        try withRun(of: text) { command, aftermath in
            #expect(command.code == 0, "\(command.errors)\(command.output)")
            let trial = aftermath.text("trials/0001-single/trial.json")
            #expect(trial.contains("\"model\": \"register\""))
            #expect(trial.contains("\"holds\": true"))
        }
    }
}

/// Runs that end at the first violation.
@Suite(.serialized, .enabled(if: Machine.allowsNamespaces)) struct FailFastTests {
    private static let plan = Plans.register
        .replacing("kind: keel,", with: "kind: keel, binary: \(Command.folder)/keel-hasty,")
        .replacing("measure: 5s", with: "measure: 60s")

    @Test func `without a terminal the load ends, the nodes end, and the data stay`() throws {
        try withPlan(Self.plan) { plan, results in
            let start = ContinuousClock.now
            let command = try Command.run("run", plan, "--results", results, "--fail-fast")
            #expect(command.code == 1, "\(command.errors)\(command.output)")
            #expect(ContinuousClock.now - start < .seconds(50))
            #expect(command.errors.contains("violation: ") && command.errors.contains("has ended"))
            #expect(!command.errors.contains("press any key"))
            let aftermath = Aftermath(results: results)
            let folder = try #require(aftermath.run)
            let data = "\(folder)/trials/0001-single/data/node-1"
            #expect(FileManager.default.fileExists(atPath: data))
            #expect(aftermath.text("trials/0001-single/trial.json").contains("first violation"))
            #expect(aftermath.processes.isEmpty)
        }
    }

    @Test func `with a terminal the nodes wait for a key`() throws {
        try withPlan(Self.plan) { plan, results in
            let terminal = try Terminal()
            let arguments = ["run", plan, "--results", results, "--fail-fast"]
            let process = try terminal.start(arguments)
            defer {
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
            }
            let aftermath = Aftermath(results: results)
            let waits = eventually(within: 60) { terminal.text.contains("press any key to go on") }
            try #require(waits, "\(terminal.text)")
            // It stays so for as long as nobody presses one.
            #expect(!eventually(within: 1) { !process.isRunning })
            #expect(aftermath.stores.count >= 3)
            #expect(terminal.text.contains("nsenter"))
            terminal.type("x")
            #expect(eventually(within: 60) { !process.isRunning })
            #expect(process.terminationStatus == 1, "\(terminal.text)")
            #expect(eventually(within: 10) { aftermath.processes.isEmpty })
        }
    }
}
