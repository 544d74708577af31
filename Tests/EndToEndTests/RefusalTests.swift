import Foundation
import Testing

/// What cannot be carried out is said before anything starts.
@Suite struct RefusalTests {
    private func refused(
        _ text: String,
        _ arguments: String...,
        saying words: [String]
    ) throws {
        try withPlan(text) { plan, results in
            let folder = try temporaryFolder()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let errors = "\(folder)/errors"
            #expect(FileManager.default.createFile(atPath: errors, contents: nil))
            let process = try Command.start(
                ["run", plan, "--results", results] + arguments,
                errors: try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
            )
            process.waitUntilExit()
            let said = try String(contentsOfFile: errors, encoding: .utf8)
            #expect(process.terminationStatus == 4, "\(said)")
            for word in words { #expect(said.contains(word), "\(said)") }
            #expect(!FileManager.default.fileExists(atPath: "\(results)/runs"))
            #expect(Aftermath(results: results).processes.isEmpty)
        }
    }

    @Test func `a binary that is not there is named with the path that was tried`() throws {
        try refused(
            Plans.calm.replacing("kind: keel,", with: "kind: keel, binary: /nowhere/keel,"),
            saying: ["/nowhere/keel was not found"]
        )
    }

    @Test func `a binary that cannot be executed is told apart from one that is missing`() throws {
        try refused(
            Plans.calm.replacing("kind: keel,", with: "kind: keel, binary: /usr,"),
            saying: ["/usr is a folder"]
        )
        try refused(
            Plans.calm.replacing("kind: keel,", with: "kind: keel, binary: /etc/passwd,"),
            saying: ["/etc/passwd is not executable"]
        )
    }

    @Test func `network faults are refused on the loopback fabric, with their line`() throws {
        try refused(
            Plans.cut,
            "--fabric",
            "loopback",
            saying: ["plan.yaml:13: partition cuts links", "loopback"]
        )
    }

    @Test(.enabled(if: Machine.allowsNamespaces))
    func `a full disk is refused`() throws {
        try withPlan(Plans.calm) { plan, results in
            // The mount is the enclosure's own, and gone with it.
            let script = "mkdir -p \(results) && mount -t tmpfs -o size=16m none \(results) "
            let run = "&& exec \(Command.folder)/ordeal run \(plan) --results \(results)"
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "\(Command.folder)/ordeal-launcher")
            process.arguments = ["enclose", "--", "/bin/sh", "-c", script + run]
            let errors = Pipe()
            process.standardError = errors
            try process.run()
            let said = String(
                decoding: errors.fileHandleForReading.readDataToEndOfFile(),
                as: UTF8.self
            )
            process.waitUntilExit()
            #expect(process.terminationStatus == 4)
            #expect(said.contains("MiB free and a run needs"), "\(said)")
        }
    }

    @Test(.enabled(if: Machine.isRoot && Machine.allowsNamespaces))
    func `an ordinary user can do everything, and owns the results`() throws {
        try withPlan(Plans.cut) { plan, results in
            let folder = URL(fileURLWithPath: plan).deletingLastPathComponent().path
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [
                "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                "\(Command.folder)/ordeal", "run", plan, "--results", results,
            ]
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            // A user's namespaces may be forbidden; nothing else may stop it.
            let record = Aftermath(results: results).text("run.json")
            #expect(record.contains("\"status\": \"complete\""))
            #expect(record.contains("\"lost\": 0"))
            let run = try #require(Aftermath(results: results).run)
            let owner = try FileManager.default.attributesOfItem(atPath: "\(run)/run.json")
            #expect((owner[.ownerAccountID] as? NSNumber)?.intValue == 65534)
        }
    }
}
