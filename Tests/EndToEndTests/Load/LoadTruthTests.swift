import Foundation
import Testing

/// What `ordeal load` says, held against what is known from elsewhere.
@Suite(.serialized) struct LoadTruthTests {
    @Test(arguments: [["--rate", "4000/s"], ["--pipeline", "16"], ["--workers", "2"]])
    func `through a crash, executions lie between the answers and what may have been executed`(
        loop: [String]
    ) throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let counter = "\(folder)/executed"
        let first = try ToyProcess(counter: counter)
        defer { first.end() }
        let output = "\(folder)/load.json"
        _ = FileManager.default.createFile(atPath: output, contents: nil)
        let load = try Command.start(
            [
                "load", "127.0.0.1:\(first.port)", "--phase", "run", "--warmup", "0s",
                "--duration", "3s", "--timeout", "1s", "--json",
            ] + loop,
            output: try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        )
        defer { if load.isRunning { kill(load.processIdentifier, SIGKILL) } }
        #expect(eventually { ToyProcess.executed(counter) > 2000 })
        first.end()
        let before = ToyProcess.executed(counter)
        let second = try ToyProcess(counter: counter, port: first.port)
        defer { second.end() }
        load.waitUntilExit()
        #expect(load.terminationStatus == 0 || load.terminationStatus == 4)
        let record = try Record(file: output)
        let executed = ToyProcess.executed(counter)
        #expect(executed > before, "the load went on after the crash")
        #expect(record.ok <= executed, "\(record.counts), \(executed) executed")
        #expect(executed <= record.ok + record.unknown, "\(record.counts), \(executed) executed")
        #expect(record.unknown > 0 || record.failed > 0 || loop[0] == "--rate")
        #expect(record.ok + record.unknown + record.failed == record.issued)
    }

    @Test(arguments: [
        // In the warm-up, so that there is nothing to measure.
        (["--warmup", "2s", "--duration", "500ms"], 4, "VOID         no request succeeded"),
        (
            ["--rate", "1000/s", "--duration", "3s"], 4,
            "VOID         nothing succeeded in the last"
        ),
        (
            ["--rate", "1000/s", "--duration", "3s", "--expect", "errors<1%"], 2,
            "expect       MISSED errors < 1%"
        ),
    ])
    func `a server that goes for good never ends in exit code 0`(
        loop: [String],
        code: Int32,
        words: String
    ) throws {
        try ToyProcess.with { toy, folder in
            let output = "\(folder)/load.txt"
            _ = FileManager.default.createFile(atPath: output, contents: nil)
            let load = try Command.start(
                [
                    "load", "127.0.0.1:\(toy.port)", "--phase", "run", "--warmup", "0s",
                    "--timeout", "500ms",
                ] + loop,
                output: try FileHandle(forWritingTo: URL(fileURLWithPath: output))
            )
            defer { if load.isRunning { kill(load.processIdentifier, SIGKILL) } }
            #expect(eventually { ToyProcess.executed(toy.counter) > 300 })
            toy.end()
            load.waitUntilExit()
            let text = try String(contentsOfFile: output, encoding: .utf8)
            // A generator that had no processor for itself is void for another reason.
            #expect(load.terminationStatus == code || text.contains("the generator"), "\(text)")
            #expect(text.contains(words), "\(text)")
            #expect(text.contains("without a success, from 0") && text.contains(" to the end"))
            #expect(!text.contains("warning"), "everything was counted: \(text)")
        }
    }

    @Test func `a ladder holds what is expected against every rate`() throws {
        try ToyProcess.with { toy, _ in
            let base = [
                "load", "127.0.0.1:\(toy.port)", "--phase", "run", "--ycsb", "c", "--warmup", "0s",
                "--duration", "500ms", "--ladder", "200/s,400/s",
            ]
            let missed = try Command.run(base + ["--expect", "p50<1us"])
            #expect([2, 4].contains(missed.code), "\(missed.errors)")
            #expect(missed.output.contains("missed"), "\(missed.output)")
            #expect(missed.output.contains("expected     p50 < 1us"), "\(missed.output)")
            let met = try Command.run(base + ["--expect", "errors<1%"])
            #expect([0, 4].contains(met.code), "\(met.errors)")
            #expect(met.output.contains("met") && !met.output.contains("missed"), "\(met.output)")
        }
    }

    @Test func `a ladder ends in a table, and in files that name their rates`() throws {
        try ToyProcess.with { toy, folder in
            let arguments = [
                "load", "127.0.0.1:\(toy.port)", "--phase", "run", "--ycsb", "c", "--warmup", "0s",
                "--duration", "500ms", "--ladder", "200/s,400/s", "--csv", "\(folder)/rates.csv",
                "--hgrm", "\(folder)/rates.hgrm", "--hlog", "\(folder)/rates.hlog", "--html",
                "\(folder)/rates.html",
            ]
            let table = try Command.run(arguments)
            #expect([0, 4].contains(table.code), "\(table.errors)")
            #expect(table.errors.isEmpty, "nothing of the progress: \(table.errors)")
            for words in ["offered", "200/s", "400/s", "p99"] {
                #expect(table.output.contains(words), "\(table.output)")
            }
            let lines = try String(contentsOfFile: "\(folder)/rates.csv", encoding: .utf8)
                .split(separator: "\n")
            #expect(lines.count == 3 && lines[1].hasPrefix("200,") && lines[2].hasPrefix("400,"))
            for (name, words) in [
                ("rates-200.hgrm", "Percentile"), ("rates-400.hgrm", "Percentile"),
                ("rates-200.hlog", "[Histogram log format version 1."), ("rates.html", "<svg"),
            ] {
                let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
                #expect(text.contains(words), "\(name)")
            }
            let json = try Command.run(arguments + ["--json"])
            let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
            let measurements = (object as? [String: Any])?["measurements"] as? [[String: Any]]
            #expect(measurements?.map { $0["offered"] as? Double } == [200, 400])
        }
    }

    @Test func `the search for a rate ends below what the server can do`() throws {
        // A request takes a millisecond, so 1000/s is the end of it.
        try ToyProcess.with("--service", "1ms", "--law", "fixed") { toy, _ in
            let command = try Command.run([
                "load", "127.0.0.1:\(toy.port)", "--phase", "run", "--ycsb", "c", "--warmup", "0s",
                "--duration", "500ms", "--find-rate", "p90<100ms", "--rate", "150/s", "--json",
            ])
            #expect(command.code == 0, "\(command.errors) \(command.output)")
            let object = try JSONSerialization.jsonObject(with: Data(command.output.utf8))
            let search = try #require((object as? [String: Any])?["search"] as? [String: Any])
            let highest = try #require(search["highest"] as? Double)
            #expect((500...1100).contains(highest), "\(highest)")
            #expect(search["objectives"] as? [String] == ["p90 < 100ms"])
        }
    }

    @Test func `loading alone says what was loaded, and measures nothing`() throws {
        try ToyProcess.with { toy, _ in
            let base = ["load", "127.0.0.1:\(toy.port)", "--phase", "load", "--records", "3000"]
            let text = try Command.run(base)
            #expect(text.code == 0, "\(text.errors)")
            #expect(text.output.contains("loaded       3,000 records in "), "\(text.output)")
            #expect(!text.output.contains("p99") && !text.output.contains("throughput"))
            #expect(ToyProcess.executed(toy.counter) == 3000)
            let json = try Command.run(base + ["--json"])
            let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
            #expect((object as? [String: Any])?["loading"] != nil)
            let refused = try Command.run(base + ["--expect", "p99<1ms"])
            #expect(refused.code == 64 && refused.errors.contains("leave --expect to --phase run"))
        }
    }

    @Test func `every thread's processor time is told, and the quantum`() throws {
        try ToyProcess.with { toy, _ in
            let command = try Command.run([
                "load", "127.0.0.1:\(toy.port)", "--phase", "run", "--warmup", "0s", "--duration",
                "500ms", "--rate", "2000/s", "--workers", "2", "--quantum", "500us", "--json",
            ])
            let object = try JSONSerialization.jsonObject(with: Data(command.output.utf8))
            let record = try #require(object as? [String: Any], "\(command.errors)")
            #expect(record["quantum"] as? Double == 0.000_5)
            let generator = try #require(record["generator"] as? [String: Any])
            let threads = try #require(generator["threads"] as? [[String: Any]])
            #expect(threads.map { $0["worker"] as? Int } == [0, 1])
            let times = threads.flatMap { thread in
                ["userTime", "systemTime"].map { thread[$0] as? Double ?? 0 }
            }
            let all = ["userTime", "systemTime"].map { generator[$0] as? Double ?? 0 }
            let (own, whole) = (times.reduce(0, +), all.reduce(0, +))
            #expect(own > 0 && own <= whole + 0.01, "\(times) of \(all)")
        }
    }

    @Test func `values of a few bytes are measured, and no ledger is promised of them`() throws {
        try ToyProcess.with { toy, _ in
            let small = try Command.run([
                "load", "127.0.0.1:\(toy.port)", "--value", "3", "--records", "100", "--warmup",
                "0s", "--duration", "300ms", "--expect", "errors<0.1%",
            ])
            #expect([0, 4].contains(small.code), "\(small.errors)")
            #expect(small.output.contains("met    errors"), "\(small.output)")
            let ledger = try Command.run([
                "load", "127.0.0.1:\(toy.port)", "--value", "3", "--ledger",
            ])
            #expect(ledger.code == 64 && ledger.errors.contains("which takes 26 bytes"))
        }
    }

    @Test func `a place that cannot be written is said before anything is measured`() throws {
        let command = try Command.run(["load", "127.0.0.1:1", "--html", "/nowhere/page.html"])
        #expect(command.code == 64)
        #expect(command.errors.contains("--html: cannot write /nowhere/page.html: No such file"))
    }

    @Test func `the generator agrees with theory on virtual time and on a real server`() throws {
        let command = try Command.run(["load", "--self-test", "--duration", "3s"])
        // A machine that is too busy to tell is said to be.
        #expect([0, 3].contains(command.code), "\(command.output) \(command.errors)")
        #expect(!command.output.contains("FAILED"), "\(command.output)")
        for words in ["M/M/1 at 0.8", "theory 5)", "theory 23.03)", "M/D/1 at 0.8", "theory 3)"] {
            #expect(command.output.contains(words), "\(command.output)")
        }
    }
}

/// What a measurement said of its requests.
private struct Record {
    let ok: Int
    let failed: Int
    let unknown: Int
    let issued: Int

    init(file: String) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: file))
        let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        let counts = try #require(object?["counts"] as? [String: Int])
        ok = counts["ok"] ?? 0
        failed = counts["failed"] ?? 0
        unknown = counts["unknown"] ?? 0
        issued = try #require(object?["issued"] as? Int)
    }

    var counts: String { "\(ok) ok, \(failed) failed, \(unknown) unknown" }
}
