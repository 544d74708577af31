import Consistency
import Report
import Testing

/// How reports tell what a history shows.
@Suite struct EvidenceReportTests {
    private static let bare = "key k: lost-write"
    private static let told =
        "key k: lost-write\n  | process 0 wrote a|b: 1.000 s – 1.100 s\n  | process 1 read nothing"

    private static var record: RunRecord {
        var run = SampleRun.record()
        run.verdict = .invalid([bare, told])
        return run
    }

    @Test func `the summary tells several lines as they are, below what they are about`() {
        let text = SummaryFormat().render(Self.record)
        let block = """
            - key k: lost-write

              ```
              process 0 wrote a|b: 1.000 s – 1.100 s
              process 1 read nothing
              ```
            """
        #expect(text.contains(block), "\(text)")
        #expect(text.components(of: "- key k: lost-write") == 1, "\(text)")
    }

    @Test func `the head of the page says once what is wrong`() throws {
        let page = try PageFormat().render(Self.record)
        #expect(page.components(of: "<li>key k: lost-write</li>") == 1)
        #expect(!page.contains("<li>key k: lost-write\n"))
    }
}

extension String {
    /// How often another text occurs.
    fileprivate func components(of other: String) -> Int {
        ranges(of: other).count
    }
}
