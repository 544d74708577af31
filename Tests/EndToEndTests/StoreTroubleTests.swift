import Foundation
import Testing

/// A store that comes to grief by itself, and one that somebody else ends.
@Suite(.serialized) struct StoreTroubleTests {
    private static let plan = Plans.calm.replacing("seed: 3", with: "seed: 3\nfabric: loopback")

    /// Carries the plan out and sends a signal to node 2 in mid-measurement.
    private func signal(
        _ number: Int32,
        _ check: (Command.Ended, Aftermath) throws -> Void
    ) throws {
        try withPlan(Self.plan.replacing("measure: 1s", with: "measure: 3s")) { plan, results in
            let aftermath = Aftermath(results: results)
            let path = "\(plan).out"
            _ = FileManager.default.createFile(atPath: path, contents: nil)
            let process = try Command.start(
                ["run", plan, "--results", results],
                output: try FileHandle(forWritingTo: URL(fileURLWithPath: path)),
                errors: FileHandle.nullDevice
            )
            defer {
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
            }
            let measures = eventually {
                aftermath.text("journal.jsonl").contains("\"phase\":\"measure\"")
            }
            try #require(measures)
            let node = try #require(
                aftermath.processes.first { process in
                    process.command.contains("node") && process.command.contains("--id")
                        && process.command.firstIndex(of: "--id").map {
                            process.command[$0 + 1] == "2"
                        } == true
                }
            )
            kill(node.id, number)
            #expect(eventually(within: 60) { !process.isRunning })
            let output = try String(contentsOfFile: path, encoding: .utf8)
            try check(.init(code: process.terminationStatus, output: output), aftermath)
            #expect(eventually(within: 10) { aftermath.processes.isEmpty })
        }
    }

    @Test func `a node that crashes makes the trial invalid, and is named`() throws {
        try signal(SIGSEGV) { ended, aftermath in
            #expect(ended.code == 1, "\(ended.output)")
            #expect(ended.output.contains("node-2 was ended by signal 11 (SIGSEGV)"))
            let trial = aftermath.text("trials/0001-single/trial.json")
            #expect(trial.contains("\"process-death\""))
        }
    }

    @Test func `a node that somebody else ends voids the trial`() throws {
        try signal(SIGKILL) { ended, _ in
            #expect(ended.code == 4, "\(ended.output)")
            #expect(ended.output.contains("node-2 was ended by signal 9"))
        }
    }

    @Test func `a panic in a node's log makes the trial invalid, with file and line`() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let script = """
            #!/bin/sh
            case "$*" in *"--id 2 "*) echo fine >&2; echo "Fatal error: planted" >&2;; esac
            exec \(Command.folder)/keel "$@"

            """
        let binary = "\(folder)/keel-panics"
        try Data(script.utf8).write(to: URL(fileURLWithPath: binary))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: binary)
        let text = Self.plan.replacing("kind: keel,", with: "kind: keel, binary: \(binary),")
        try withPlan(text) { plan, results in
            let command = try Command.run("run", plan, "--results", results)
            #expect(command.code == 1, "\(command.output)\(command.errors)")
            let place = "nodes/node-2.err.log, line 2 (\"fatal error\"): Fatal error: planted"
            #expect(command.output.contains(place), "\(command.output)")
        }
    }
}

extension Command {
    /// What a command that ran beside the test came to.
    struct Ended {
        var code: Int32
        var output: String
    }
}
