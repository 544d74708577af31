import Consistency
import Histories
import Testing

@Suite struct HistoryCheckTests {
    private func check(_ line: String) throws(HistoryCheck.Misuse) -> HistoryCheck {
        let arguments = line.split(separator: " ").map(String.init)
        return try HistoryCheck(HistoryCheck.Words(arguments: arguments))
    }

    @Test func `the words of a command line are understood`() throws {
        let check = try check(
            "--format jepsen-json --model rw-register --initial 0 --nil-reads any --level causal"
                + " --budget-states 12 --budget-memory 3"
        )
        #expect(check.format?.name == "jepsen-json")
        #expect(check.model.name == "rw-register")
        #expect(check.initial == "0")
        #expect(check.options.nilReads == .any)
        #expect(check.options.level == .causal)
        #expect(check.options.budget == SearchBudget(states: 12, bytes: 3 << 20))
        #expect(try self.check("--model list-append --initial absent").initial == nil)
        #expect(try self.check("--model list-append").format == nil)
    }

    @Test(
        arguments: [
            ("--model lists", "--model"), ("", "--model"),
            ("--model list-append --format edn", "--format"),
            ("--model list-append --nil-reads none", "--nil-reads"),
            ("--model list-append --level strict", "--level"),
            ("--model list-append --budget-states 0", "--budget-states"),
            ("--model list-append --budget-memory -1", "--budget-memory"),
        ]
    )
    func `a word that is no choice is refused with the choices`(line: String, option: String) {
        let misuse = #expect(throws: HistoryCheck.Misuse.self) { try check(line) }
        #expect(misuse?.option == option)
        #expect(misuse?.choices.isEmpty == false)
    }

    @Test(
        arguments: [
            ("--model register --level serializable", "--level"),
            ("--model list-append --key-order sequential", "--key-order"),
            ("--model set --initial 5", "--initial"),
            ("--model counter --initial abc", "--initial"),
            ("--negative-balances --model mutex", "--negative-balances"),
        ]
    )
    func `an option that means nothing to the model is refused`(line: String, option: String) {
        let misuse = #expect(throws: HistoryCheck.Misuse.self) { try check(line) }
        #expect(misuse?.option == option)
    }

    @Test func `an initial value is the same value as in the file`() throws {
        let text = "{:process 0, :type :invoke, :f :write, :value 7}"
        for (initial, isKnown) in [("7", true), ("8", false)] {
            var words = HistoryCheck.Words()
            words.model = "rw-register"
            words.initial = initial
            var check = try HistoryCheck(words)
            check.model = Register.self
            var input = HistoryInput(MemorySource(text))
            let (history, options) = try check.read(&input, as: JepsenEDN.self)
            #expect(history.text(of: options.initial) == initial)
            #expect((history.operations[0].action == .write(options.initial)) == isKnown)
        }
    }

    private enum Register: HistoryModel {
        static let name = "register"
        static let summary = ""

        static func check(_ history: History, _ options: CheckOptions) -> Conclusion {
            Conclusion(verdict: .unknown([]), operations: 0)
        }
    }

    @Test func `of several files the worst counts, a violation most`() {
        func file(_ result: FileConclusion.Result) -> FileConclusion {
            FileConclusion(
                file: "h",
                format: nil,
                model: "set",
                notes: [],
                result: result,
                readingSeconds: 0,
                checkingSeconds: 0,
                budget: SearchBudget()
            )
        }
        func checked(_ verdict: Verdict) -> FileConclusion {
            let conclusion = Conclusion(verdict: verdict, operations: 1)
            return file(.checked(FileConclusion.Checked(conclusion, of: History(clock: .events))))
        }
        let unreadable = file(.unreadable(HistoryProblem(.notText)))
        let all = [
            checked(.valid), checked(.unknown(["x"])), unreadable, checked(.invalid(["y"])),
        ]
        #expect(ExitCode(of: all[..<1]) == .ok)
        #expect(ExitCode(of: all[..<2]) == .inconclusive)
        #expect(ExitCode(of: all[..<3]) == .usage)
        #expect(ExitCode(of: all) == .correctnessViolation)
        #expect(ExitCode(of: [checked(.assumptionViolated(["z"]))]) == .inconclusive)
        #expect(ExitCode(of: [FileConclusion]()) == .inconclusive)
    }
}
