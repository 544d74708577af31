import Consistency
import FoundationEssentials
import Report
import Testing

@Suite struct FormatTests {
    /// Two cells with round figures; the second was repeated and lost something.
    private var record: RunRecord {
        var record = RunRecord(
            id: "r1",
            plan: "demo",
            seed: 3,
            status: .complete,
            verdict: .invalid(["1 acknowledged write was lost"]),
            exitCode: 1,
            startedAt: "2026-09-20T02:00:00Z",
            reproduce: "ordeal run demo.yaml --seed 3",
            provenance: Provenance(toolVersion: "ordeal 0.1.0")
        )
        for (mode, trials) in [("none", 1), ("quorum", 2)] {
            record.cells.append(
                CellRecord(
                    name: "replication=\(mode)",
                    parameters: [.init(name: "replication", value: mode)],
                    trials: (0..<trials).map { trial($0, isBad: mode == "quorum" && $0 == 1) }
                )
            )
        }
        return record
    }

    private func trial(_ number: Int, isBad: Bool) -> TrialRecord {
        var trial = TrialRecord(
            seed: 3,
            directory: "trials/\(number)",
            duration: 20,
            verdict: isBad ? .invalid(["1 acknowledged write was lost"]) : .valid
        )
        trial.throughput = 4000 + Double(number) * 100
        trial.latency = LatencySummary(count: 9, p50: 0.001, p99: 0.01, p999: 0.1, max: 0.5)
        trial.availability = AvailabilityAccount(
            probes: 1,
            samples: 9,
            successes: 1,
            worstOutage: .init(initialPrimary: 0, start: 5, end: 5.5),
            faults: []
        )
        var ledger = LedgerAccount()
        ledger.acknowledged = 1000
        ledger.lost = isBad ? 1 : 0
        trial.ledger = ledger
        let actual = isBad ? "1" : "0"
        trial.gates = [
            .init(name: "lostAcknowledgedWrites", limit: "0", actual: actual, passed: !isBad)
        ]
        return trial
    }

    @Test func `the table has one row a cell, and a spread where there are repeats`() {
        let table = TableFormat().render(record)
        let expected = """
            replication           throughput                 p50                  p99                  max       longest outage  acknowledged  lost  verdict
            ───────────  ───────────────────  ──────────────────  ───────────────────  ───────────────────  ───────────────────  ────────────  ────  ────────────────────
            none                     4,000/s             1.00 ms              10.0 ms               500 ms               500 ms         1,000     0  valid
            quorum                   4,050/s             1.00 ms              10.0 ms               500 ms               500 ms         2,000     1  invalid, gate failed
              2 trials   4,000/s … 4,100/s   1.00 ms … 1.00 ms   10.0 ms … 10.0 ms     500 ms … 500 ms     500 ms … 500 ms

            """
        #expect(words(table) == words(expected))
        #expect(!table.contains(" \n"))
    }

    @Test func `latencies that are not the store's alone are marked, and a line says why`() throws {
        var late = trial(0, isBad: false)
        late.latencyReservation = "the generator sent 3.2 % of the requests more than 1ms late"
        late.latency?.p99 = nil
        var record = record
        record.cells[0] = CellRecord(
            name: "replication=none",
            parameters: [.init(name: "replication", value: "none")],
            trials: [late]
        )
        let table = TableFormat().render(record)
        let note =
            "* not the store's alone, replication=none: the generator sent 3.2 % of the requests "
            + "more than 1ms late\n"
        #expect(table.contains("1.00 ms*") && table.contains("500 ms*"), "\(table)")
        #expect(!table.contains("10.0 ms*"), "only of that cell: \(table)")
        #expect(table.contains("– fewer than ten requests lie above it\n" + note), "\(table)")
        #expect(JSONFormat().render(record).contains("\"reservation\": \"the generator sent"))
        #expect(SummaryFormat().render(record).contains("1.00 ms\\*"))
        let page = try PageFormat().render(record)
        #expect(page.contains("1.00 ms*") && page.contains("<p class=\"soft\">* not the store"))
        #expect(!TableFormat().render(self.record).contains("*"))
    }

    private func words(_ text: String) -> [[Substring]] {
        text.split(separator: "\n").map { line in
            line.split(separator: " ").filter { !$0.hasPrefix("─") }
        }
    }

    @Test func `the object for programs has exactly the members that were promised`() throws {
        struct Shape: Decodable {
            struct Cell: Decodable {
                struct Latency: Decodable { var p50, p99, p999, max: Double }
                struct Ledger: Decodable {
                    var acknowledged, lost, resurrected, garbage, unknown: Int
                }
                struct Gate: Decodable {
                    var name, limit, actual: String
                    var passed: Bool
                }
                var parameters: [String: String]
                var throughput, longestOutage: Double
                var latency: Latency
                var ledger: Ledger
                var verdict, report: String
                var gates: [Gate]
            }
            var plan, verdict: String
            var seed: UInt64
            var cells: [Cell]
        }
        let text = JSONFormat().render(record)
        let shape = try JSONDecoder().decode(Shape.self, from: Data(text.utf8))
        #expect(shape.plan == "demo" && shape.seed == 3 && shape.verdict == "invalid")
        #expect(shape.cells.map(\.throughput) == [4000, 4050])
        #expect(shape.cells[1].parameters == ["replication": "quorum"])
        #expect(shape.cells[1].ledger.acknowledged == 2000)
        #expect(shape.cells[1].gates.map(\.passed) == [false], "one failed trial fails the gate")
        #expect(shape.cells[1].report == "results/runs/r1/report.html#cell-2")
        let cell = try #require(text.split(separator: "\"parameters\"").dropFirst().first)
        var position = cell.startIndex
        for name in [
            "throughput", "latency", "longestOutage", "balance", "movement", "ledger", "verdict",
            "gates", "report",
        ] {
            let range = try #require(cell[position...].firstRange(of: "\"\(name)\": "))
            position = range.upperBound
        }
    }

    @Test func `a cell without figures says null`() {
        var record = record
        record.cells = [CellRecord(name: "empty", parameters: [])]
        let text = JSONFormat().render(record)
        #expect(text.contains("\"throughput\": null"))
        #expect(text.contains("\"lost\": null"))
        #expect(text.contains("\"verdict\": \"unknown\""))
    }

    @Test func `a cell whose turn never came is unknown, and skipped`() throws {
        var record = record
        record.status = .aborted
        record.verdict = .unknown(["interrupted: 1 trial was not carried out"])
        record.cells = [record.cells[0], CellRecord(name: "later", parameters: [])]
        let json = JSONFormat().render(record)
        #expect(json.contains("\"status\": \"aborted\""))
        #expect(json.contains("\"reasons\": [\"interrupted: 1 trial was not carried out\"]"))
        #expect(json.contains("\"reasons\": [\"not carried out\"]"))
        let junit = JUnitFormat().render(record)
        #expect(junit.contains("tests=\"2\" failures=\"0\" errors=\"0\" skipped=\"1\""))
        #expect(junit.contains("<skipped message=\"not carried out\"/></testcase>"))
        #expect(SummaryFormat().render(record).hasPrefix("# demo: unknown (aborted)\n"))
        #expect(try PageFormat().render(record).contains("Not carried out."))
    }

    @Test func `figures for programs carry no digits of arithmetic's own`() {
        var record = record
        var trial = trial(0, isBad: false)
        trial.throughput = 994.7123302241669
        trial.latency?.p50 = 0.00026623900000000004
        record.cells = [CellRecord(name: "a", parameters: [], trials: [trial])]
        let text = JSONFormat().render(record)
        #expect(text.contains("\"p50\": 0.000266239,"))
        #expect(text.contains("\"throughput\": 994.71233,"))
    }

    @Test func `a test case lasts as long as its trials, not as their measurement`() {
        var record = record
        var trial = trial(0, isBad: false)
        trial.phases = [
            .init(name: "start", start: -3, end: 0), .init(name: "judge", start: 20, end: 24.5),
        ]
        record.cells = [CellRecord(name: "a", parameters: [], trials: [trial])]
        #expect(JUnitFormat().render(record).contains("name=\"a\" time=\"27.500\""))
    }

    @Test func `the summary escapes what Markdown would read, and nothing else`() {
        var record = record
        record.notes = ["p99_x: 3 < 4 > 2 [a](b) <b> *c* _d_ #1 | e"]
        let text = SummaryFormat().render(record)
        #expect(text.contains("- p99_x: 3 < 4 > 2 \\[a](b) \\<b> \\*c\\* \\_d\\_ #1 \\| e\n"))
    }

    @Test func `continuous integration sees failures with their evidence`() {
        let text = JUnitFormat().render(record)
        #expect(
            text == """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuite name="demo" tests="2" failures="1" errors="0" skipped="0" \
                timestamp="2026-09-20T02:00:00Z" time="60.000">
                  <testcase classname="demo" name="replication=none" time="20.000"></testcase>
                  <testcase classname="demo" name="replication=quorum" time="40.000">
                    <failure type="invalid" message="1 acknowledged write was lost">\
                1 acknowledged write was lost
                gate lostAcknowledgedWrites: 1, limit 0
                reproduce: ordeal run demo.yaml --seed 3</failure>
                  </testcase>
                </testsuite>

                """
        )
    }

    @Test func `what proves nothing is not green`() {
        var record = record
        var trial = trial(0, isBad: false)
        trial.verdict = .unknown(["partition left no evidence <&\">"])
        record.cells = [CellRecord(name: "a<b", parameters: [], trials: [trial])]
        let text = JUnitFormat().render(record)
        #expect(text.contains("errors=\"1\""))
        #expect(text.contains("name=\"a&lt;b\""))
        #expect(
            text.contains(
                "<error type=\"unknown\" message=\"partition left no evidence &lt;&amp;&quot;&gt;\">"
            )
        )
    }

    @Test func `the summary says what happened and how to repeat it`() {
        let text = SummaryFormat().render(record)
        #expect(text.hasPrefix("# demo: invalid\n"))
        #expect(text.contains("    ordeal run demo.yaml --seed 3\n"))
        #expect(text.contains("| quorum | 4,050/s (4,000/s … 4,100/s) |"))
        #expect(text.contains("- gate lostAcknowledgedWrites: 1, limit 0"))
    }

    @Test func `every format renders every kind of run, and no two share a name`() throws {
        var empty = record
        empty.cells = []
        empty.verdict = nil
        empty.status = .running
        for format in reportFormats {
            for run in [record, empty, SampleRun.broken()] {
                #expect(try !format.init().render(run).isEmpty, "\(format.name)")
            }
        }
        #expect(Set(reportFormats.map { $0.name }).count == reportFormats.count)
        let files = reportFormats.compactMap { $0.fileName }
        #expect(Set(files).count == files.count)
    }
}
