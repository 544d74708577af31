import Foundation
import Testing

@Suite struct BadInputTests {
    private static let plan = """
        plan: small
        system: { kind: keel, nodes: 3, replicas: 3 }
        workload: { kind: ycsb-a, records: 100, measure: 1s }

        """

    @Test func `an unknown key is refused with file, line, key and the nearest known one`() throws {
        let text = Self.plan.replacing("replicas: 3", with: "replicsa: 3")
        try withPlan(text) { plan, results in
            let command = try Command.run("run", plan, "--results", results)
            #expect(command.code == 64)
            #expect(command.errors.contains("\(plan):2:33: system.replicsa: unknown key"))
            #expect(command.errors.contains("did you mean \"replicas\"?"))
            #expect(command.output.isEmpty)
            #expect(!FileManager.default.fileExists(atPath: results))
        }
    }

    @Test func `an impossible matrix is refused before anything starts`() throws {
        let text = Self.plan.replacing("nodes: 3, replicas: 3", with: "nodes: 5, replicas: 6")
        try withPlan(text) { plan, results in
            let command = try Command.run("run", plan, "--results", results)
            #expect(command.code == 64)
            #expect(command.errors.contains("6 replicas need 6 nodes, and there are 5"))
            #expect(!FileManager.default.fileExists(atPath: results))
        }
    }

    @Test func `a fault aimed at an etcd that there is not is refused`() throws {
        let text =
            Self.plan + "faults:\n  - { at: 0s, fault: process-crash, target: { etcd: 1 } }\n"
        try withPlan(text) { plan, results in
            let command = try Command.run("run", plan, "--results", results)
            #expect(command.code == 64)
            #expect(command.errors.contains("\(plan):5:53: faults[0].target.etcd: the map is"))
            #expect(command.errors.contains("write `mapStore: etcd` below `system:`"))
            #expect(command.output.isEmpty)
            #expect(!FileManager.default.fileExists(atPath: results))
        }
    }

    @Test(arguments: ["\u{fffd}{[", "plan: [", "- \n  a: b: c\n"])
    func `a file that is not YAML is refused`(text: String) throws {
        try withPlan(text) { plan, results in
            let command = try Command.run("run", plan, "--results", results)
            #expect(command.code == 64)
            #expect(command.errors.contains(plan))
        }
    }

    @Test func `bytes that are no text are refused`() throws {
        try withPlan("") { plan, results in
            try Data([0xff, 0xfe, 0x00, 0x80]).write(to: URL(fileURLWithPath: plan))
            let command = try Command.run("run", plan, "--results", results)
            #expect(command.code == 64)
            #expect(command.errors.contains("is not a text file"))
        }
    }

    @Test func `a plan that is not there is refused with the one that was meant`() throws {
        let command = try Command.run("run", "chaos/quik.yaml")
        #expect(command.code == 64)
        #expect(command.errors.contains("did you mean chaos/quick.yaml?"))
        let folder = try Command.run("run", "chaos")
        #expect(folder.code == 64)
        #expect(folder.errors.contains("chaos is a folder"))
    }

    @Test func `an impossible value of the matrix is shown where it stands`() throws {
        let text = Self.plan + "matrix: { nodes: [5, 2] }\n"
        try withPlan(text) { plan, results in
            let command = try Command.run("run", plan, "--results", results)
            #expect(command.code == 64)
            #expect(command.errors.contains("\(plan):4:22: matrix.nodes[1]: system.replicas: 3"))
        }
    }

    @Test(arguments: [
        (["run", "chaos/quick.yaml", "--seed", "-1"], "from 0 to 18446744073709551615"),
        (["run", "chaos/quick.yaml", "--watchdog", "foo"], "such as 90s or 10m"),
    ])
    func `what is allowed is said of an option`(arguments: [String], words: String) throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let errors = "\(folder)/errors"
        _ = FileManager.default.createFile(atPath: errors, contents: nil)
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
        let process = try Command.start(arguments, errors: file)
        process.waitUntilExit()
        #expect(process.terminationStatus == 64)
        let said = try String(contentsOfFile: errors, encoding: .utf8)
        #expect(said.contains(words), "\(said)")
    }

    @Test(arguments: [
        ["run"], ["run", "chaos/quick.yaml", "--fabric", "cloud"], ["fly"],
        ["run", "chaos/quick.yaml", "--seed", "x"], ["run", "chaos/quick.yaml", "--repeat", "0"],
        ["run", "chaos/quick.yaml", "--watchdog", "0s"], ["list", "planets"],
    ])
    func `a command line that means nothing is refused`(arguments: [String]) throws {
        let process = try Command.start(arguments)
        process.waitUntilExit()
        #expect(process.terminationStatus == 64)
    }
}

@Suite struct CommandLineTests {
    @Test func `a dry run shows the schedule and starts nothing`() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let command = try Command.run(
            "run",
            "chaos/quick.yaml",
            "--dry-run",
            "--only",
            "quorum",
            "--seed",
            "42",
            "--results",
            "\(folder)/results"
        )
        #expect(command.code == 0)
        #expect(command.output.contains("plan quick, seed 42: 1 trial, about"))
        #expect(command.output.contains("at 2s: machine-crash primary restart after 1s"))
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/results"))
        let again = try Command.run(
            "run",
            "chaos/quick.yaml",
            "--dry-run",
            "--only",
            "quorum",
            "--seed",
            "42"
        )
        #expect(again.output == command.output)
    }

    @Test func `a dry run warns of what this machine would refuse, also as JSON`() throws {
        let text = Plans.cut.replacing("kind: keel,", with: "kind: keel, binary: /nowhere/keel,")
        try withPlan(text) { plan, _ in
            let command = try Command.run(
                "run",
                plan,
                "--dry-run",
                "--fabric",
                "loopback",
                "--json"
            )
            #expect(command.code == 0)
            #expect(command.errors.contains("warning"))
            let json = try JSONSerialization.jsonObject(with: Data(command.output.utf8))
            let object = try #require(json as? [String: Any])
            #expect(object["plan"] as? String == "cut")
            #expect((object["schedule"] as? [Any])?.count == 2)
            let warnings = try #require(object["warnings"] as? [String])
            #expect(warnings.count == 2)
            #expect(warnings.contains { $0.contains("/nowhere/keel was not found") })
            #expect(warnings.contains { $0.contains("partition cuts links") })
        }
    }

    @Test func `help fits on a screen and shows examples`() throws {
        for arguments in [
            ["--help"], ["run", "--help"], ["list", "--help"], ["report", "--help"],
        ] {
            let command = try Command.run(arguments[0], arguments.dropFirst().first ?? "--help")
            #expect(command.code == 0)
            #expect(command.output.split(separator: "\n").count <= 50, "\(arguments)")
            #expect(command.output.contains("EXAMPLES"), "\(arguments)")
        }
    }

    @Test func `the version is one line`() throws {
        let command = try Command.run("--version")
        #expect(command.code == 0)
        #expect(command.output.hasPrefix("ordeal "))
        #expect(command.output.split(separator: "\n").count == 1)
    }

    @Test func `everything that a plan may name is listed`() throws {
        let command = try Command.run("list")
        #expect(command.code == 0)
        for name in ["keel", "rendezvous", "quorum", "log-always", "machine-crash", "ycsb-b"] {
            #expect(command.output.contains("  \(name)"), "\(name)")
        }
        let faults = try Command.run("list", "faults")
        #expect(faults.output.hasPrefix("faults\n"))
        #expect(!faults.output.contains("ycsb"))
    }
}
