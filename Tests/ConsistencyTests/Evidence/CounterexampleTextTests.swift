import Consistency
import Histories
import Testing

/// What counterexamples say: whoever reads one must be able to see the trouble in it.
@Suite struct CounterexampleTextTests {
    /// Checks lines of EDN without their braces.
    private func check(
        _ model: String,
        _ lines: [String],
        _ words: String = ""
    ) throws -> (conclusion: Conclusion, text: String) {
        let arguments = words.split(separator: " ").map(String.init)
        let check = try HistoryCheck(
            HistoryCheck.Words(arguments: ["--model", model] + arguments)
        )
        let text = lines.map { "{\($0)}" }.joined(separator: "\n")
        var input = HistoryInput(MemorySource(text))
        let (history, options) = try check.read(&input, as: JepsenEDN.self)
        let conclusion = check.model.check(history, options)
        let told = conclusion.counterexamples.map { $0.lines.joined(separator: "\n") }
        return (conclusion, told.joined(separator: "\n\n"))
    }

    /// One operation, answered before anything else happens.
    private func done(
        _ process: Int,
        _ function: String,
        _ value: String,
        found: String? = nil,
        _ type: String = "ok",
        at time: Int? = nil
    ) -> [String] {
        let times = time.map { [" :time \($0)", " :time \($0 + 500)"] } ?? ["", ""]
        return [
            ":process \(process) :type :invoke :f :\(function) :value \(value)\(times[0])",
            ":process \(process) :type :\(type) :f :\(function) :value \(found ?? value)\(times[1])",
        ]
    }

    @Test func `processes are called what the file calls them`() throws {
        let (conclusion, text) = try check(
            "register",
            done(17, "write", "1") + done(42, "write", "2") + done(17, "read", "nil", found: "1")
        )
        #expect(conclusion.counterexamples.map(\.anomaly) == ["lost-write"])
        #expect(text.contains("process 17 wrote 1"), "\(text)")
        #expect(text.contains("process 42 wrote 2"), "\(text)")
        #expect(!text.contains("process 0"), "\(text)")
    }

    @Test func `the read between the writes and the answer is told`() throws {
        let asked = (0..<30).map { ":process \($0) :type :invoke :f :write :value \($0 % 3)" }
        let lines =
            asked + asked.map { $0.replacing(":invoke", with: ":ok") }
            + done(40, "read", "nil", found: "0") + done(41, "read", "nil", found: "1")
        let (conclusion, text) = try check("register", lines)
        #expect(conclusion.verdict.name == "invalid")
        #expect(text.contains("process 40 read 0"), "\(text)")
        #expect(text.contains("process 41 read 1"), "\(text)")
        #expect(
            text.contains(
                "All 10 writes of 1 had ended before 0 was read, so 1 was gone for good."
            ),
            "\(text)"
        )
    }

    @Test func `a deleted value that is back is a delete undone`() throws {
        let lines =
            done(0, "write", "1") + done(0, "delete", "nil") + done(1, "read", "nil", found: "1")
        let (conclusion, text) = try check("register", lines)
        #expect(conclusion.counterexamples.map(\.anomaly) == ["delete-undone"])
        #expect(text.contains("then it was deleted, and after that it was found again"), "\(text)")
    }

    @Test func `an append that was refused, and one that nobody made`() throws {
        let refused =
            done(0, "append", "\"ab\"") + done(1, "append", "\"xy\"", "fail")
            + done(2, "read", "nil", found: "\"abxy\"")
        let first = try check("append", refused)
        #expect(first.conclusion.counterexamples.map(\.anomaly) == ["refused-append"])
        #expect(first.text.contains("xy was refused, and yet it is there."), "\(first.text)")
        let invented = done(0, "append", "\"ab\"") + done(2, "read", "nil", found: "\"abq\"")
        let second = try check("append", invented)
        #expect(second.conclusion.counterexamples.map(\.anomaly) == ["garbage-read"])
        #expect(second.text.contains("Nobody ever appended q."), "\(second.text)")
    }

    @Test func `an acknowledged append that a list misses is named`() throws {
        let lines =
            done(0, "txn", "[[:append :x 1]]", at: 0)
            + done(1, "txn", "[[:append :x 2]]", at: 20_000)
            + done(2, "txn", "[[:r :x nil]]", found: "[[:r :x [2]]]", at: 30_000)
        let (conclusion, text) = try check("list-append", lines)
        #expect(conclusion.level == "strict-serializable (default)")
        #expect(text.contains("lost append: T2's append of 1 was acknowledged at"), "\(text)")
        #expect(text.contains("T3 = read :x = [2]"), "\(text)")
        let (allowed, _) = try check("list-append", lines, "--level serializable")
        #expect(allowed.level == "serializable")
        #expect(allowed.counterexamples.allSatisfy { $0.lines.last == "serializable allows that" })
    }

    @Test func `short histories are told in microseconds from their start`() throws {
        let start = 38_490_729_000_000
        let lines =
            done(0, "write", "1", at: start) + done(0, "write", "2", at: start + 2_000)
            + done(1, "read", "nil", found: "1", at: start + 4_000)
        let (_, text) = try check("register", lines)
        #expect(text.contains("process 1 read 1: 4.000 µs – 4.500 µs"), "\(text)")
    }

    @Test func `a lock that nobody held, and one that was held`() throws {
        let released = try check(
            "mutex",
            done(0, "acquire", "nil") + done(0, "release", "nil") + done(1, "release", "nil")
        )
        #expect(released.text.contains("Nobody held it when it was released."), "\(released.text)")
        let taken = try check("mutex", done(0, "acquire", "nil") + done(1, "acquire", "nil"))
        #expect(taken.text.contains("It was held and had not been released"), "\(taken.text)")
    }

    @Test func `one name means one transaction in all that is told`() throws {
        let lines =
            done(0, "txn", "[[:append :x 1]]") + done(1, "txn", "[[:append :y 1]]")
            + done(2, "txn", "[[:append :x 3] [:r :y nil]]", found: "[[:append :x 3] [:r :y []]]")
            + done(3, "txn", "[[:r :x nil]]", found: "[[:r :x [1 1 3]]]")
            + done(4, "txn", "[[:r :x nil]]", found: "[[:r :x [9]]]")
        let (conclusion, _) = try check("list-append", lines)
        var meaning: [Substring: Substring] = [:]
        var told = 0
        for line in conclusion.counterexamples.flatMap(\.lines) {
            let parts = line.split(separator: " = ", maxSplits: 1)
            guard parts.count == 2, parts[0].hasPrefix("T"), parts[0].count < 4 else { continue }
            told += 1
            let steps = parts[1].prefix { $0 != "(" }
            #expect(meaning.updateValue(steps, forKey: parts[0]) ?? steps == steps, "\(line)")
        }
        #expect(told > 2)
    }

    @Test func `a bank says what is wrong with each kind of read`() throws {
        let accounts = "{0 5, 1 5}"
        for (found, words) in [
            ("{0 11, 1 -1}", "overdrawn"), ("{0 10, 1 nil}", "closes an account"),
            ("{0 5, 1 5, 2 0}", "opens an account"), ("{0 5, 1 4}", "saw parts of one"),
        ] {
            let lines =
                done(0, "read", "nil", found: accounts)
                + done(0, "transfer", "{:from 0 :to 1 :amount 1}")
                + done(1, "read", "nil", found: found)
            let (conclusion, text) = try check("bank", lines)
            #expect(conclusion.verdict.name == "invalid")
            #expect(text.contains(words), "\(text)")
            #expect(text.contains("saw parts of one") == (found == "{0 5, 1 4}"), "\(text)")
        }
    }

    @Test func `what a terminal would obey is escaped`() throws {
        let (_, text) = try check(
            "register",
            done(0, "write", "\"a\u{1b}[31m\"") + done(1, "read", "nil", found: "nil")
        )
        #expect(text.contains("a\\u{1b}[31m"), "\(text)")
        #expect(!text.unicodeScalars.contains("\u{1b}"))
    }

    @Test func `an object without a name leaves no hole`() throws {
        let lines =
            done(0, "write", "1") + done(0, "write", "2") + done(1, "read", "nil", found: "1")
        for model in ["register", "session"] {
            let (_, text) = try check(model, lines)
            #expect(!text.contains("  ") && !text.contains("key ,"), "\(model): \(text)")
            #expect(!text.contains("key :") && !text.contains(" to it"), "\(model): \(text)")
        }
    }
}
