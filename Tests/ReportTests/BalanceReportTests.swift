import Report
import Testing

/// How nodes shared the work, and what moved, in every kind of report.
@Suite struct BalanceReportTests {
    private let record = SampleRun.record(repeats: 2)

    @Test func `the table on the terminal stands beside the results, not in them`() {
        let text = TableFormat().render(record)
        let heads = text.split(separator: "\n").filter { $0.contains("peak/mean") }
        #expect(heads.count == 1)
        #expect(heads.first?.contains("throughput") == false)
        #expect(text.contains("1.50×") && text.contains("1.10×") && text.contains("1.10 MB"))
        #expect(text.contains("1.50× … 1.50×"))
    }

    @Test func `the page has a table of all cells and one of each trial's nodes`() throws {
        let page = try PageFormat().render(record)
        #expect(page.contains("<h2>Nodes</h2>"))
        #expect(page.contains("44, 40.0 had to"))
        #expect(page.contains("1.10 MB, 1.00 MB had to"))
    }

    @Test func `what nobody told is left out`() throws {
        var silent = record
        silent.cells = silent.cells.map { cell in
            let trials = cell.trials.map { trial in
                var trial = trial
                trial.balance = nil
                trial.movement = nil
                return trial
            }
            return CellRecord(name: cell.name, parameters: cell.parameters, trials: trials)
        }
        #expect(!TableFormat().render(silent).contains("peak/mean"))
        #expect(try !PageFormat().render(silent).contains("<h2>Nodes</h2>"))
        #expect(!SummaryFormat().render(silent).contains("peak/mean"))
        #expect(SummaryFormat().render(record).contains("copies moved/least"))
    }
}
