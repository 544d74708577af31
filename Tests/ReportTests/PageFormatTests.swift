import Consistency
import FoundationEssentials
import Report
import Testing

@Suite struct PageFormatTests {
    @Test func `a page is one small file that fetches nothing`() throws {
        let page = try PageFormat().render(SampleRun.record())
        Attachment.record(page, named: "report.html")
        Attachment.record(try PageFormat().render(SampleRun.broken()), named: "broken.html")
        #expect(page.hasPrefix("<!doctype html>"))
        #expect(page.contains("default-src 'none'"))
        for reference in ["http://", "https://", "src=", "@import", "url("] {
            #expect(!page.contains(reference), "\(reference)")
        }
        #expect(page.utf8.count < 600_000)
    }

    @Test func `each fault is shown with what became of the requests of its time`() throws {
        let page = try PageFormat().render(SampleRun.record())
        let row = "<td class=\"n\">17</td><td class=\"n\">23</td><td class=\"n\">1,904</td>"
        #expect(page.contains(row))
        #expect(page.contains("Late: succeeded, after more than 100 ms."))
    }

    @Test func `nothing from outside can break out of the page`() throws {
        let evil = "</script><script>alert('x')</script>\"><b onload=\"y\">&"
        var record = SampleRun.broken()
        record.plan = evil
        record.reproduce = evil
        record.notes = [evil]
        record.verdict = .invalid([evil])
        record.provenance.host = evil
        record.provenance.arguments = [evil]
        record.cells = record.cells.map { cell in
            var trials = cell.trials
            for index in trials.indices {
                trials[index].directory = evil
                trials[index].notes = [evil]
                trials[index].gates = [.init(name: evil, limit: evil, actual: evil, passed: false)]
                trials[index].faults[0].fault = evil
                trials[index].faults[0].resolvedTarget = evil
                trials[index].faults[0].evidence = [.init(name: evil, value: evil)]
                trials[index].checks = [.init(name: evil, verdict: .unknown([evil]), notes: [evil])]
                trials[index].verdict = .unknown([evil])
                if var ledger = trials[index].ledger, !ledger.losses.isEmpty {
                    ledger.losses[0].explanation = evil
                    ledger.losses[0].follows?.name = evil
                    trials[index].ledger = ledger
                }
            }
            let parameters = [CellRecord.Parameter(name: evil, value: evil)]
            return CellRecord(name: evil, parameters: parameters, trials: trials)
        }
        let page = try PageFormat().render(record)
        let escapes = page.contains("<script>alert") || page.contains("<b onload")
        #expect(!escapes)
        #expect(page.components(separatedBy: "<script").count == 3, "the record and the script")
        #expect(page.components(separatedBy: "</script").count == 3)
    }

    @Test func `the page carries its whole record`() throws {
        let record = SampleRun.broken()
        let page = try PageFormat().render(record)
        let start = try #require(page.firstRange(of: "id=\"record\">")).upperBound
        let end = try #require(page[start...].firstRange(of: "</script>")).lowerBound
        let back = try JSONDecoder().decode(RunRecord.self, from: Data(page[start..<end].utf8))
        #expect(back == record)
    }

    @Test func `every tag that is opened is closed`() throws {
        let page = try PageFormat().render(SampleRun.broken())
        for tag in [
            "table", "thead", "tbody", "tr", "td", "th", "div", "section", "details", "summary",
            "ul", "li", "svg", "g", "h1", "h2", "h3", "p", "span", "button", "figure", "pre", "a",
        ] {
            let opened =
                page.components(separatedBy: "<\(tag)>").count
                + page.components(separatedBy: "<\(tag) ").count - 2
            let closed = page.components(separatedBy: "</\(tag)>").count - 1
            #expect(opened == closed, "\(tag): \(opened) opened, \(closed) closed")
        }
    }

    @Test func `with many trials only those that tell something are unfolded`() throws {
        let page = try PageFormat().render(SampleRun.matrix())
        Attachment.record(page, named: "matrix.html")
        #expect(page.components(separatedBy: "<details class=\"card trial\" open>").count - 1 == 9)
        #expect(page.components(separatedBy: "<details class=\"card trial\"").count - 1 == 18)
    }

    @Test func `only the first fifty lost keys are listed, with the total below`() throws {
        let page = try PageFormat().render(SampleRun.record())
        #expect(page.contains("64 acknowledged writes of 64 keys were lost"))
        #expect(page.contains("Shown: the first 50 keys."))
        let rows = page.components(separatedBy: "not covered: in the last 1.000 s").count - 1
        #expect(rows == 50)
    }
}
