import Consistency
import Foundation
import Report
import Testing

/// What clients could rely on, in figures.
@Suite struct SessionReportTests {
    private static func history(stale: Int) throws -> HistoryAccount {
        let spread =
            stale > 0 ? #"{"half": 252, "ninetyNine": 565, "worst": 570.25}"# : "null"
        let versions = stale > 0 ? #"{"half": 1, "ninetyNine": 2, "worst": 3}"# : "null"
        let text = """
            {"model": "register", "operations": 4480, "unknownOperations": 23, "keys": 40,
             "states": 0, "violations": 0, "violationsOutsidePromise": 0, "examples": [],
             "holds": true,
             "sessions": {"reads": 2251, "staleReads": \(stale), "unjudgedKeys": 0,
              "staleMilliseconds": \(spread), "staleVersions": \(versions),
              "guarantees": [
               {"guarantee": "read-your-writes", "checked": 1087, "violated": \(stale / 3)},
               {"guarantee": "monotonic-reads", "checked": 1154, "violated": 0}]}}
            """
        return try JSONDecoder().decode(HistoryAccount.self, from: Data(text.utf8))
    }

    @Test func `the page has the guarantees, and how stale reads were`() throws {
        var run = SampleRun.record()
        var trial = run.cells[0].trials[0]
        trial.history = try Self.history(stale: 12)
        run.cells[0] = CellRecord(name: "c", parameters: [], trials: [trial])
        let page = try PageFormat().render(run)
        #expect(page.contains("read-your-writes") && page.contains("monotonic-reads"))
        #expect(page.contains("12 of 2,251 reads (0.5 %) found something that had been replaced."))
        #expect(page.contains("570 ms") && page.contains("behind, in versions"))
    }

    @Test func `one line says it where something was stale`() throws {
        let sessions = try #require(try Self.history(stale: 12).sessions)
        #expect(!sessions.isSpotless)
        #expect(
            SessionText.sentence(sessions)
                == "12 of 2,251 reads were stale, by 252 ms (median), 565 ms (99 %), 570 ms (worst) "
                + "and 1, 2, 3 versions; read-your-writes 4 of 1,087"
        )
        #expect(try Self.history(stale: 0).sessions?.isSpotless == true)
    }
}
