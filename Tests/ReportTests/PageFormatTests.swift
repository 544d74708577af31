import Consistency
import Report
import Testing

@Suite struct PageFormatTests {
    @Test func `a page renders, and is attached for whoever wants to look at it`() throws {
        let page = try PageFormat().render(SampleRun.record())
        Attachment.record(page, named: "report.html")
        Attachment.record(try PageFormat().render(SampleRun.broken()), named: "broken.html")
        #expect(page.hasPrefix("<!doctype html>"))
        #expect(page.count < 1_200_000)
    }
}
