import Foundation
import Testing

@Suite struct CheckTests {
    private static let good = """
        {:process 0, :type :invoke, :f :write, :value 1}
        {:process 0, :type :ok, :f :write, :value 1}
        {:process 1, :type :invoke, :f :read, :value nil}
        {:process 1, :type :ok, :f :read, :value 1}

        """
    private static let bad = good.replacing(
        ":ok, :f :read, :value 1",
        with: ":ok, :f :read, :value 2"
    )
    private static let unanswered = """
        {:process 1, :type :invoke, :f :read, :value nil}
        {:process 1, :type :fail, :f :read, :value nil}

        """
    private static let torn = String(good.dropLast(20))

    private func withFiles(
        _ texts: [String],
        _ body: (_ folder: String, _ paths: [String]) throws -> Void
    ) throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let paths = try texts.enumerated().map { index, text in
            let path = "\(folder)/\(index).edn"
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            return path
        }
        try body(folder, paths)
    }

    @Test(arguments: [(good, 0, "valid"), (bad, 1, "invalid"), (unanswered, 3, "unknown")])
    func `the status says what the history shows`(text: String, code: Int32, word: String) throws {
        try withFiles([text]) { _, paths in
            let command = try Command.run("check", paths[0], "--model", "register")
            #expect(command.code == code)
            #expect(command.output.hasPrefix(word))
            #expect(command.output.contains("on 1 key"))
            #expect(command.errors.isEmpty)
        }
    }

    @Test func `a torn file is refused with the place where it ends`() throws {
        try withFiles([Self.torn]) { _, paths in
            let command = try Command.run("check", paths[0], "--model", "register")
            #expect(command.code == 64)
            #expect(command.errors.contains("line 4, column 25"))
            #expect(command.errors.contains("the file ends inside"))
        }
    }

    @Test func `of several files the worst counts, and each is told in its place`() throws {
        try withFiles([Self.good, Self.torn, Self.bad, Self.unanswered]) { _, paths in
            let command = try Command.run(
                "check",
                paths[0],
                paths[1],
                paths[2],
                paths[3],
                "--model",
                "register"
            )
            #expect(command.code == 1)
            let lines = command.output.split(separator: "\n").filter { !$0.hasPrefix(" ") }
            #expect(lines.count == 4)
            let told = [paths[0], paths[2], paths[3]]
            for (line, path) in zip(lines, told) { #expect(line.contains(path)) }
            #expect(command.errors.contains(paths[1]))
            #expect(lines.last == "4 files: 1 invalid, 1 unreadable, 1 unknown, 1 valid")
            let without = try Command.run(
                "check",
                paths[0],
                paths[1],
                paths[3],
                "--model",
                "register"
            )
            #expect(without.code == 64)
        }
    }

    @Test func `the JSON form is one object with a result for each file`() throws {
        try withFiles([Self.good, Self.bad]) { _, paths in
            let command = try Command.run(
                "check",
                paths[0],
                paths[1],
                "--model",
                "register",
                "--json"
            )
            #expect(command.code == 1)
            let object = try JSONSerialization.jsonObject(with: Data(command.output.utf8))
            let results = (object as? [String: Any])?["results"] as? [[String: Any]]
            #expect(results?.compactMap { $0["verdict"] as? String } == ["valid", "invalid"])
            #expect(results?.compactMap { $0["file"] as? String } == paths)
            #expect((results?.last?["counterexamples"] as? [Any])?.count == 1)
        }
    }

    @Test func `a word that is no choice is refused with the nearest that is`() throws {
        try withFiles([Self.good]) { _, paths in
            let model = try Command.run("check", paths[0], "--model", "cas-registr")
            #expect(model.code == 64)
            #expect(model.errors.contains("did you mean \"cas-register\"?"))
            let format = try Command.run(
                "check",
                paths[0],
                "--model",
                "set",
                "--format",
                "jepsen-ednn"
            )
            #expect(format.code == 64)
            #expect(format.errors.contains("did you mean \"jepsen-edn\"?"))
            #expect(try Command.run("check", paths[0]).code == 64)
            #expect(try Command.run("check", "--model", "set").code == 64)
            let missing = try Command.run("check", "\(paths[0]).gone", "--model", "set")
            #expect(missing.code == 64)
            #expect(missing.errors.contains("No such file"))
        }
    }

    @Test func `a history goes through every format and back with its verdict`() throws {
        try withFiles([Self.bad]) { folder, paths in
            var path = paths[0]
            for format in ["ordeal", "jepsen-json", "porcupine-log", "jepsen-edn"] {
                let next = "\(folder)/\(format)"
                let command = try Command.run(
                    "history",
                    "export",
                    path,
                    "--to",
                    format,
                    "--output",
                    next
                )
                #expect(command.code == 0, "\(command.errors)")
                path = next
                #expect(try Command.run("check", path, "--model", "register").code == 1)
            }
            let refused = try Command.run("history", "export", path, "--to", "porcupine-kv")
            #expect(refused.code == 0)
            let sessions = try Command.run("history", "import", path, "--to", "awdit")
            #expect(sessions.code == 0)
            #expect(sessions.output == "w 0 1\n=====\nr 0 2\n")
        }
    }

    @Test func `the checkers try themselves`() throws {
        let command = try Command.run("check", "--self-test", "--histories", "2000")
        #expect(command.code == 0, "\(command.output)")
        #expect(command.output.contains("passed  stale read is caught"))
    }
}
