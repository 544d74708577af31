import Consistency
import Histories
import Testing

/// Counterexamples of registers whose values are written again and again.
@Suite struct RegisterStoryTests {
    /// Many writers of few values; the last read finds what was replaced long before.
    private static func history(swaps: Bool) -> History {
        var script = HistoryScript()
        for turn in Int64(0)..<12 {
            let start = turn * 100
            // Two at a time, so that no order is forced, and one that was seen.
            script.write("\(turn % 3)", start...start + 30)
            script.write("\((turn + 1) % 3)", start + 10...start + 40)
            script.read("\(turn % 3)", start + 35...start + 60)
        }
        script.write("7", 1300...1310)
        script.write("0", 1320...1340)
        script.write("1", 1330...1350)
        script.write("7", 5...6, .unknown)
        script.read("7", 1355...1358)
        script.write("2", 1360...1370)
        script.write("0", 1365...1375)
        if swaps { script.swap("7", "8", 1400...1410) } else { script.read("7", 1400...1410) }
        return script.history
    }

    @Test(arguments: [false, true])
    func `it is told who wrote what was found, what replaced it, and what could have been found`(
        swaps: Bool
    ) throws {
        let history = Self.history(swaps: swaps)
        let conclusion = CompareAndSetRegister.check(history, CheckOptions())
        #expect(conclusion.verdict.name == "invalid")
        let lines = try #require(conclusion.counterexamples.first?.lines)
        let text = lines.joined(separator: "\n")
        #expect((4...8).contains(lines.count), "\(text)")
        #expect(text.contains("wrote 7"), "\(text)")
        #expect(text.contains("wrote 0"), "\(text)")
        let verb = swaps ? "found" : "read"
        #expect(text.contains("It could have \(verb) 0 or 2 at the end, but not 7."), "\(text)")
    }
}
