import Consistency
import Histories
import Report
import Testing

/// How the page of a check draws what cannot have happened.
@Suite struct CheckPageTests {
    /// A write, then a read of an older value; `step` is the time between two moments.
    private static func staleRead(_ clock: History.Clock, step: Int64) -> FileConclusion {
        var builder = HistoryBuilder(clock: clock)
        let key = builder.key("<k>")
        let values = [builder.value("1"), builder.value("2")]
        let actions: [Action] = [.write(values[0]), .write(values[1]), .read(values[0])]
        var history = builder.history
        history.operations = actions.enumerated().map { place, action in
            RecordedOperation(
                process: UInt32(place),
                key: key,
                action: action,
                outcome: .ok,
                invoked: Int64(2 * place) * step,
                completed: Int64(2 * place + 1) * step
            )
        }
        let conclusion = Register.check(history, CheckOptions())
        return FileConclusion(
            file: "a<b>.edn",
            format: "jepsen-edn",
            model: "register",
            notes: [],
            result: .checked(.init(conclusion, of: history)),
            readingSeconds: 0,
            checkingSeconds: 0,
            budget: SearchBudget()
        )
    }

    @Test func `a violation is told and drawn, with the names as they are`() {
        let page = CheckPage([Self.staleRead(.nanoseconds, step: 1_000_000)]).render()
        #expect(page.ranges(of: "<g class=\"operation\">").count == 3)
        #expect(page.contains("a&lt;b&gt;.edn"))
        #expect(!page.contains("a<b>"))
        #expect(page.contains("✕ invalid"))
        #expect(page.contains(">4.0 ms</text>"), "the axis has times")
    }

    @Test func `where only the order is known there is no axis of times`() {
        let page = CheckPage([Self.staleRead(.events, step: 1)]).render()
        #expect(page.ranges(of: "<g class=\"operation\">").count == 3)
        #expect(!page.contains("class=\"tick\""))
    }

    @Test func `a valid history is drawn nowhere`() {
        var file = Self.staleRead(.events, step: 1)
        file.result = .checked(
            .init(Conclusion(verdict: .valid, operations: 1), of: History(clock: .events))
        )
        let page = CheckPage([file]).render()
        #expect(page.contains("✓ valid"))
        #expect(!page.contains("<svg"))
    }
}
