import Histories
import Testing

@Suite struct MalformedHistoryTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var format: any HistoryFormat.Type
        var subject: HistorySubject = .register
        var text: String
        /// What the message holds.
        var says: String
        var line: Int
        var column: Int
        var testDescription: String { "\(format.name): \(text.prefix(50))" }
    }

    private static let invoke = "{:process 0, :type :invoke, :f :write, :value 1, :time 9}\n"

    static let edn: [Case] = [
        Case(
            format: JepsenEDN.self,
            text: "[{:process 0",
            says: "ends inside a form",
            line: 1,
            column: 13
        ),
        Case(format: JepsenEDN.self, text: "[{:a 1}\n", says: "without type", line: 1, column: 2),
        Case(
            format: JepsenEDN.self,
            text: "[" + invoke,
            says: "ends inside what ] closes",
            line: 2,
            column: 1
        ),
        Case(
            format: JepsenEDN.self,
            text: invoke + "{:a [1 2}}",
            says: "} where ] closes",
            line: 2,
            column: 9
        ),
        Case(
            format: JepsenEDN.self,
            text: invoke + "}",
            says: "} closes nothing",
            line: 2,
            column: 1
        ),
        Case(
            format: JepsenEDN.self,
            text: "[" + invoke + ")",
            says: ") where ] closes",
            line: 2,
            column: 1
        ),
        Case(format: JepsenEDN.self, text: "[]\n{}", says: "{ where the end", line: 2, column: 1),
        Case(
            format: JepsenEDN.self,
            text: "{:a}",
            says: "} where the value of a key",
            line: 1,
            column: 4
        ),
        Case(
            format: JepsenEDN.self,
            text: "{:a \"b",
            says: "ends inside a text",
            line: 1,
            column: 7
        ),
        Case(
            format: JepsenEDN.self,
            text: "{:a \"\\q\"}",
            says: "\\q where an escape",
            line: 1,
            column: 6
        ),
        Case(format: JepsenEDN.self, text: "{:a 1x}", says: "x where a digit", line: 1, column: 6),
        Case(
            format: JepsenEDN.self,
            text: "{: 1}",
            says: "a colon where a keyword",
            line: 1,
            column: 2
        ),
        Case(format: JepsenEDN.self, text: "{:a #}", says: "} where a tag", line: 1, column: 6),
        Case(format: JepsenEDN.self, text: "{:a #_}", says: "} where a form", line: 1, column: 7),
        Case(
            format: JepsenEDN.self,
            text: "17",
            says: "an operation is 17, not a map",
            line: 1,
            column: 1
        ),
        Case(format: JepsenEDN.self, text: "\u{1}\u{2}", says: "byte 0x1", line: 1, column: 1),
        Case(
            format: JepsenEDN.self,
            text: "{:process 1.5, :type :ok}",
            says: "process is 1.5",
            line: 1,
            column: 11
        ),
        Case(
            format: JepsenEDN.self,
            text: "{:process 99999999999999999999, :type :ok}",
            says: "99999999999999999999 is too large",
            line: 1,
            column: 11
        ),
        Case(
            format: JepsenEDN.self,
            text: "{:process 0, :type :okay}",
            says: "type is :okay, not invoke, ok, fail or info",
            line: 1,
            column: 21
        ),
        Case(
            format: JepsenEDN.self,
            text: "\n {:process 0, :type :ok, :f :read}",
            says: "process 0 completes what it never invoked",
            line: 2,
            column: 2
        ),
        Case(
            format: JepsenEDN.self,
            text: invoke + invoke,
            says: "process 0 invokes while",
            line: 2,
            column: 1
        ),
        Case(
            format: JepsenEDN.self,
            text: invoke + "{:process 0, :type :ok, :f :write, :time 8}",
            says: "time goes backwards, from 9 to 8",
            line: 2,
            column: 1
        ),
        Case(
            format: JepsenEDN.self,
            text: "{:process 1, :type :invoke, :f :read, :time 9000000000}\n" + invoke,
            says: "time goes backwards",
            line: 2,
            column: 1
        ),
        Case(
            format: JepsenEDN.self,
            text: invoke + "{:process 0, :type :ok, :f :read, :value 1}",
            says: "process 0 was asked to write and completes read",
            line: 2,
            column: 1
        ),
        Case(
            format: JepsenEDN.self,
            text: "{:process 0, :type :invoke, :f :frob}",
            says: "unknown function frob for registers",
            line: 1,
            column: 33
        ),
        Case(
            format: JepsenEDN.self,
            text: "{:process 0, :type :invoke, :f :cas, :value 3}",
            says: "value is 3, not a pair",
            line: 1,
            column: 45
        ),
    ]

    static let meaning: [Case] = [
        Case(
            format: JepsenEDN.self,
            subject: .counter,
            text: "{:process 0, :type :invoke, :f :add, :value \"x\"}",
            says: "value is the text \"x\", not a whole number",
            line: 1,
            column: 46
        ),
        Case(
            format: JepsenEDN.self,
            subject: .counter,
            text: "{:process 0, :type :invoke, :f :dec, :value -9223372036854775808}",
            says: "too large",
            line: 1,
            column: 45
        ),
        Case(
            format: JepsenEDN.self,
            subject: .lists,
            text: "{:process 0, :type :invoke, :value [[:append 1 2] [:w 1 2]]}",
            says: "unknown function w for transactions on lists",
            line: 1,
            column: 53
        ),
        Case(
            format: JepsenEDN.self,
            subject: .lists,
            text: "{:process 0, :type :invoke, :value [:append 1 2]}",
            says: "a step is :append",
            line: 1,
            column: 38
        ),
        Case(
            format: JepsenEDN.self,
            subject: .bank,
            text: "{:process 0, :type :invoke, :f :transfer, :value {:from 1, :to 2}}",
            says: "without amount",
            line: 1,
            column: 50
        ),
    ]

    static let others: [Case] = [
        Case(
            format: JepsenJSON.self,
            text: "[{\"type\":\"info\",\"process\":\"nemesis\"},]",
            says: "] closes nothing",
            line: 1,
            column: 38
        ),
        Case(
            format: JepsenJSON.self,
            text: "[{\"type\":\"ok\"",
            says: "ends inside an object",
            line: 1,
            column: 14
        ),
        Case(
            format: JepsenJSON.self,
            text: "{\"a\" 1}",
            says: "1 where a colon",
            line: 1,
            column: 6
        ),
        Case(
            format: JepsenJSON.self,
            text: "{\"a\":1 \"b\"",
            says: "\" where a comma",
            line: 1,
            column: 8
        ),
        Case(
            format: JepsenJSON.self,
            text: "{\"a\":tru}",
            says: "t where a value",
            line: 1,
            column: 6
        ),
        Case(
            format: JepsenJSON.self,
            text: "{\"a\":[1,]}",
            says: "] where a value",
            line: 1,
            column: 9
        ),
        Case(
            format: JepsenJSON.self,
            text: "{\"a\":[1}}",
            says: "} where ] closes",
            line: 1,
            column: 8
        ),
        Case(
            format: JepsenJSON.self,
            text: "{\"a\":-}",
            says: "- where a value",
            line: 1,
            column: 6
        ),
        Case(
            format: JepsenJSON.self,
            text: "{1:2}",
            says: "1 where a member's name",
            line: 1,
            column: 2
        ),
        Case(
            format: PorcupineLog.self,
            text: "INFO  jepsen.util - 0\t:inv",
            says: "ends inside a log line",
            line: 1,
            column: 27
        ),
        Case(
            format: PorcupineLog.self,
            text: "\nhello",
            says: "hello where a log line",
            line: 2,
            column: 1
        ),
        Case(
            format: PorcupineLog.self,
            text: "INFO  jepsen.util - 0\t:ok\t:read\t3",
            says: "never invoked",
            line: 1,
            column: 21
        ),
        Case(
            format: PorcupineLog.self,
            text: "INFO  jepsen.util - 0\t:invoke\t:cas\t[3]",
            says: "[3] where a pair",
            line: 1,
            column: 36
        ),
        Case(
            format: AWDITText.self,
            text: "w 1 2\nx 1 2",
            says: "x where r, w",
            line: 2,
            column: 1
        ),
        Case(format: AWDITText.self, text: "w 1", says: "ends inside a step", line: 1, column: 4),
        Case(
            format: AWDITText.self,
            text: "w 1 2 3",
            says: "3 where the end of the line",
            line: 1,
            column: 7
        ),
        Case(format: AWDITText.self, text: "w 1 b", says: "b where a number", line: 1, column: 5),
        Case(format: OrdealFile.self, text: "ORDLHIS", says: "not a file", line: 1, column: 1),
    ]

    @Test(arguments: edn + meaning + others, [1 << 20, 1])
    func `what is malformed is refused where it stands`(malformed: Case, chunk: Int) throws {
        let problem = #expect(throws: HistoryProblem.self) {
            try imported(malformed.text, as: malformed.format, malformed.subject, chunk: chunk)
        }
        let message = problem?.description ?? ""
        #expect(message.contains(malformed.says), "\(message)")
        #expect(problem?.position?.line == malformed.line, "\(message)")
        #expect(problem?.position?.column == malformed.column, "\(message)")
    }

    /// Repeats a pattern for ever, and knows how much of it was taken.
    private final class Endless: HistorySource {
        let pattern: [UInt8]
        private(set) var taken = 0
        private(set) var mostAtOnce = 0

        init(_ pattern: String) {
            self.pattern = Array(pattern.utf8)
        }

        func restart() {}

        func append(to bytes: inout [UInt8], count: Int) -> Bool {
            for _ in 0..<max(1, count / pattern.count) { bytes.append(contentsOf: pattern) }
            taken += count
            mostAtOnce = max(mostAtOnce, bytes.count)
            return taken < 1 << 30
        }
    }

    @Test(arguments: ["garbage ", "[", "({", "\u{0}", "\"", "#_ ", "^", "{:a "])
    func `a gigabyte of garbage is refused from its beginning`(pattern: String) {
        for format in historyFormats {
            let source = Endless(pattern)
            var input = HistoryInput(source)
            #expect(throws: HistoryProblem.self) { try format.read(&input, .register) }
            #expect(source.taken <= 4 << 20, "\(format.name)")
        }
    }

    @Test func `nesting is refused at its limit, not by the stack`() {
        for (format, open) in [
            (JepsenEDN.self as any HistoryFormat.Type, "["), (JepsenJSON.self, "["),
        ] {
            let deep = "{\"a\" " + String(repeating: open, count: 1_000_000)
            let problem = #expect(throws: HistoryProblem.self) {
                try imported(
                    format.name == JepsenJSON.name
                        ? deep.replacing("\"a\" ", with: "\"a\":") : deep,
                    as: format
                )
            }
            #expect(problem?.kind == .nestingTooDeep(limit: 128))
        }
    }
}
