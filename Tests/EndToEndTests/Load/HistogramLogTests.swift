import Foundation
import Testing

/// What `ordeal load --hlog` and `--hgrm` write, read by HdrHistogram's own tools.
@Suite(.serialized) struct HistogramLogTests {
    @Test(.enabled(if: Self.pythonReads, "python3 has no hdrhistogram; see .ci/packages"))
    func `HdrHistogram for Python finds every request of a log in it`() throws {
        try ToyProcess.with { toy, folder in
            let (log, levels) = ("\(folder)/load.hlog", "\(folder)/load.hgrm")
            let command = try Command.run([
                "load", "127.0.0.1:\(toy.port)", "--phase", "run", "--warmup", "0s", "--duration",
                "2500ms", "--rate", "2000/s", "--hlog", log, "--hgrm", levels, "--json",
            ])
            let object = try JSONSerialization.jsonObject(with: Data(command.output.utf8))
            let record = try #require(object as? [String: Any], "\(command.errors)")
            let counts = try #require(record["counts"] as? [String: Int])
            let kinds = try #require(record["kinds"] as? [[String: Any]])
            let text = try Self.python(Self.reader, log)
            let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
            var found: [Substring: Int] = [:]
            for line in lines { found[line[0], default: 0] += Int(line[2]) ?? 0 }
            for kind in kinds {
                let name = try #require(kind["name"] as? String)
                let own = try #require(kind["counts"] as? [String: Int])
                #expect(found["\(name)-ok"] == own["ok"], "\(text)")
            }
            #expect(found.values.reduce(0, +) == counts.values.reduce(0, +), "\(text)")
            #expect(Set(lines.map { $0[1] }).count >= 3, "a line a second: \(text)")
            let response = try #require(record["response"] as? [String: Any])
            let greatest = lines.filter { $0[0].hasSuffix("-ok") }.compactMap { Double($0[3]) }
                .max()
            let most = try #require(response["max"] as? Double)
            #expect(abs((greatest ?? 0) / 1e9 / most - 1) < 0.02, "\(text)")
            let last = try String(contentsOfFile: levels, encoding: .utf8).split(separator: "\n")
                .last { !$0.hasPrefix("#") }
            #expect(last?.hasSuffix(" \(counts["ok"] ?? 0)") == true, "\(last ?? "")")
        }
    }

    /// Tag, second, count and greatest value of every line.
    private static let reader = """
        import sys
        from hdrh.histogram import HdrHistogram
        from hdrh.log import HistogramLogReader
        reader = HistogramLogReader(sys.argv[1], HdrHistogram(1, 7200000000000, 2))
        while True:
            h = reader.get_next_interval_histogram()
            if h is None: break
            print(h.get_tag(), int(h.get_start_time_stamp()), h.get_total_count(), h.get_max_value())
        """

    private static let pythonReads = (try? python("import hdrh; print(1)", "")) == "1\n"

    private static func python(_ script: String, _ argument: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, argument]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
