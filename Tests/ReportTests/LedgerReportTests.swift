import Consistency
import Foundation
import Histories
import Report
import Testing

/// What became of the writes, wherever a reader looks for it.
@Suite struct LedgerReportTests {
    static let titles = [
        "acknowledged survived", "overwritten, cannot be told", "lost", "resurrected",
        "delete-undone", "unacknowledged present", "unacknowledged absent",
        "unacknowledged overwritten", "garbage", "duplicate-applied", "replicas that diverge",
    ]

    @Test func `every fate has its name on the page, in the summary and on the terminal`() throws {
        #expect(WriteFate.allCases.map(\.title) == Self.titles)
        let run = SampleRun.record()
        for text in [
            try PageFormat().render(run), SummaryFormat().render(run), TableFormat().render(run),
        ] {
            for title in Self.titles { #expect(text.contains(title), "\(title)") }
        }
    }

    @Test func `a fate that the workload cannot show is a dash and no zero`() {
        let lines = TableFormat().render(SampleRun.record()).split(separator: "\n")
        func figures(_ title: String) -> [Substring] {
            let line = lines.first { $0.hasPrefix(title) } ?? ""
            return line.dropFirst(title.count).split(separator: " ")
        }
        #expect(figures("lost") == ["64", "0", "0"])
        #expect(figures("delete-undone") == ["–", "–", "–"])
        #expect(figures("acknowledged survived") == ["38,876", "38,940", "38,940"])
    }

    @Test func `many cells stand together in one column`() {
        let text = TableFormat().render(SampleRun.matrix())
        #expect(text.contains("all 9 cells"))
    }

    @Test func `one line says how many, how much, when and after what`() throws {
        let ledger = try #require(SampleRun.record().cells[0].trials[0].ledger)
        let lost = try #require(ledger[.lost])
        let sentence =
            "64 lost: 64 keys, 6.40 kB, 1644 per million, 11.980 s … 12.240 s; 64 follow isolation "
            + "of node 1, lag 3.00 ms … 239 ms"
        #expect(FateText.sentence(lost) == sentence)
        #expect(SummaryFormat().render(SampleRun.record()).contains("64 lost: 64 keys"))
        #expect(try PageFormat().render(SampleRun.record()).contains("3.00 ms … 239 ms"))
    }

    @Test func `shared keys are told by name, with what stands there`() throws {
        var run = SampleRun.record()
        var trial = run.cells[1].trials[0]
        trial.ledger?.shared.duplicateApplied = 1
        trial.ledger?.shared.findings = [
            SharedKeyFinding(
                fate: .duplicateApplied,
                key: "{key:1}:<0>",
                count: 1,
                write: "append 17",
                stands: "17, 2 times",
                acknowledgedAt: 12.1,
                follows: FaultJoin(
                    fault: 1,
                    name: "isolation of node 1",
                    relation: .during,
                    lag: 0.1
                ),
                judgement: .violation,
                explanation: "it was sent once"
            )
        ]
        run.cells[1] = CellRecord(name: "c", parameters: [], trials: [trial])
        let page = try PageFormat().render(run)
        #expect(page.contains("{key:1}:&lt;0&gt;") && page.contains("17, 2 times"))
        #expect(page.contains("violation: it was sent once"))
        #expect(SummaryFormat().render(run).contains("append 17, acknowledged at 12.100 s"))
    }

    @Test func `records from before there were fates are still read`() throws {
        let data = Data(try JSONText().encode(SampleRun.record()).utf8)
        let old = Self.without(
            ["fates", "shared", "convergence", "seen", "sessions"],
            try JSONSerialization.jsonObject(with: data)
        )
        let bytes = try JSONSerialization.data(withJSONObject: old)
        let run = try JSONDecoder().decode(RunRecord.self, from: bytes)
        #expect(run.cells.count == 3 && run.cells[0].trials[0].ledger?.lost == 64)
        #expect(!TableFormat().render(run).contains("writes"))
        _ = try PageFormat().render(run)
    }

    private static func without(_ names: Set<String>, _ value: Any) -> Any {
        if let object = value as? [String: Any] {
            return object.filter { !names.contains($0.key) }.mapValues { without(names, $0) }
        }
        if let array = value as? [Any] { return array.map { without(names, $0) } }
        return value
    }
}
