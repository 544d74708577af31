import Histories
import Testing

@Suite struct HistoryExportTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var format: any HistoryFormat.Type
        var subject: HistorySubject
        var history: History
        var testDescription: String { "\(format.name), \(subject)" }
    }

    static let histories: [(HistorySubject, String)] = [
        (
            .register,
            """
            {:process 0, :type :invoke, :f :write, :value "a;b\\n#_ c", :time 3}
            {:process 1, :type :invoke, :f :cas, :value ["a;b\\n#_ c" {:k [1 :x]}], :time 4}
            {:process 0, :type :ok, :f :write, :value "a;b\\n#_ c", :time 5}
            {:process 1, :type :info, :f :cas, :value [1 2], :time 6}
            {:process 1, :type :invoke, :f :read, :value nil, :time 6}
            {:process 1, :type :ok, :f :read, :value nil, :time 7}
            {:process 2, :type :invoke, :f :delete, :value nil, :time 8}
            {:process 2, :type :fail, :f :delete, :value nil, :time 9}
            """
        ),
        (
            .register,
            """
            {:process 0, :type :invoke, :f :write, :value ["k 1" 1]}
            {:process 1, :type :invoke, :f :read, :value [2 nil]}
            {:process 0, :type :ok, :f :write, :value ["k 1" 1]}
            {:process 1, :type :ok, :f :read, :value [2 -5]}
            """
        ),
        (
            .lists,
            """
            {:process 0, :type :invoke, :value [[:append :x 1] [:r :y nil]]}
            {:process 0, :type :ok, :value [[:append :x 1] [:r :y [2 3]]]}
            {:process 1, :type :invoke, :value [[:r :x nil]]}
            """
        ),
        (
            .bank,
            """
            {:process 0, :type :invoke, :f :transfer, :value {:from 0, :to 1, :amount 5}}
            {:process 1, :type :invoke, :f :read}
            {:process 0, :type :fail, :f :transfer, :value [:negative 0 -5]}
            {:process 1, :type :ok, :f :read, :value {0 -1, 1 nil}}
            {:process 1, :type :invoke, :f :read}
            """
        ),
        (
            .set,
            """
            {:process 0, :type :invoke, :f :add, :value [1 2]}
            {:process 0, :type :ok, :f :add, :value [1 2]}
            {:process 0, :type :invoke, :f :read, :value nil}
            {:process 0, :type :ok, :f :read, :value [[1 2] 3]}
            """
        ),
        (
            .counter,
            """
            {:process 0, :type :invoke, :f :add, :value -2}
            {:process 0, :type :ok, :f :add, :value -2}
            {:process 1, :type :invoke, :f :read, :value nil}
            {:process 1, :type :ok, :f :read, :value -2}
            """
        ),
        (
            .mutex,
            """
            {:process 0, :type :invoke, :f :acquire, :value nil}
            {:process 0, :type :ok, :f :acquire, :value nil}
            """
        ),
    ]

    @Test(arguments: histories)
    func `what is written reads the same again`(subject: HistorySubject, text: String) throws {
        let history = try imported(text, as: JepsenEDN.self, subject)
        let formats: [any HistoryFormat.Type] = [JepsenEDN.self, JepsenJSON.self, OrdealFile.self]
        for format in formats {
            let bytes = try exported(history, as: format)
            var input = HistoryInput(MemorySource(bytes), chunk: 16)
            let again = try format.read(&input, subject)
            let isJSON = format.name == JepsenJSON.name
            #expect(isJSON ? plain(again.told) == plain(history.told) : again.told == history.told)
            #expect(again.operations.map(\.invoked) == history.operations.map(\.invoked))
            #expect(again.operations.map(\.completed) == history.operations.map(\.completed))
            guard format.name != OrdealFile.name else { continue }
            #expect(again.nanoseconds.count == history.nanoseconds.count)
        }
    }

    /// JSON has no keywords: they come back as texts.
    private func plain(_ told: [String]) -> [String] {
        told.map { line in line.filter { $0 != ":" && $0 != "\"" } }
    }

    @Test func `processes keep the names that they had`() throws {
        let history = try imported(
            """
            {:process 42, :type :invoke, :f :write, :value 1, :time 1}
            {:process 17, :type :invoke, :f :write, :value 2, :time 2}
            {:process 42, :type :ok, :f :write, :value 1, :time 3}
            {:process 17, :type :ok, :f :write, :value 2, :time 4}
            """,
            as: JepsenEDN.self
        )
        let formats: [any HistoryFormat.Type] = [
            JepsenEDN.self, JepsenJSON.self, OrdealFile.self, PorcupineLog.self,
        ]
        for format in formats {
            var input = HistoryInput(MemorySource(try exported(history, as: format)))
            let again = try format.read(&input, .register)
            let names = again.operations.map { again.name(ofProcess: $0.process) }
            #expect(names == ["42", "17"], "\(format.name)")
        }
    }

    @Test func `a Porcupine log comes back with what happened`() throws {
        let history = try imported(
            """
            INFO  jepsen.util - 0\t:invoke\t:write\t3
            INFO  jepsen.util - 1\t:invoke\t:read\tnil
            INFO  jepsen.util - 0\t:ok\t:write\t3
            INFO  jepsen.util - 1\t:ok\t:read\tnil
            INFO  jepsen.util - 1\t:invoke\t:cas\t[4 5]
            INFO  jepsen.util - 1\t:fail\t:cas\t[4 5]
            INFO  jepsen.util - 1\t:invoke\t:cas\t[3 1]
            INFO  jepsen.util - 1\t:info\t:cas\t:timed-out
            INFO  jepsen.util - 1\t:invoke\t:read\tnil
            INFO  jepsen.util - 1\t:ok\t:read\t1
            """,
            as: PorcupineLog.self
        )
        let text = String(decoding: try exported(history, as: PorcupineLog.self), as: UTF8.self)
        #expect(text.contains("- 3\t:ok\t:read\t1"), "a process goes on under another number")
        let again = try imported(text, as: PorcupineLog.self)
        #expect(
            again.told.map { $0.drop { $0 != " " } } == history.told.map { $0.drop { $0 != " " } }
        )
    }

    @Test func `texts and sessions come back`() throws {
        let texts = """
            {:process 0, :type :invoke, :f :append, :key "7", :value "x 0 \\"0\\" y"}
            {:process 1, :type :invoke, :f :get, :key "8", :value nil}
            {:process 0, :type :ok, :f :append, :key "7", :value "x 0 \\"0\\" y"}
            {:process 1, :type :ok, :f :get, :key "8", :value ""}

            """
        let history = try imported(texts, as: PorcupineKeyValue.self)
        #expect(try exported(history, as: PorcupineKeyValue.self) == Array(texts.utf8))
        let sessions = "w 1 5\nw 2 6\n-----\nr 1 5\n=====\nr 2 6\n"
        let transactions = try imported(sessions, as: AWDITText.self, .registers)
        #expect(try exported(transactions, as: AWDITText.self) == Array(sessions.utf8))
    }

    @Test func `what a format has no words for is refused`() throws {
        let sessions = try imported("w 1 5\n", as: AWDITText.self, .registers)
        let counter = try imported(
            "{:process 0, :type :invoke, :f :add, :value 1}",
            as: JepsenEDN.self,
            .counter
        )
        for format in historyFormats {
            for history in [sessions, counter] {
                do throws(HistoryProblem) {
                    _ = try exported(history, as: format)
                } catch {
                    #expect(error.description.contains("cannot express"), "\(format.name)")
                }
            }
        }
        #expect(throws: HistoryProblem.self) { try exported(sessions, as: JepsenEDN.self) }
        #expect(throws: HistoryProblem.self) { try exported(counter, as: PorcupineLog.self) }
        #expect(throws: HistoryProblem.self) { try exported(counter, as: AWDITText.self) }
    }

    @Test func `concurrent events stay concurrent in a line order`() throws {
        var builder = HistoryBuilder(clock: .nanoseconds)
        let key = builder.key("")
        let value = builder.value("1")
        try builder.invoke(process: "0", key: key, action: .write(value), at: 5)
        try builder.complete(process: "0", outcome: .ok, at: 9)
        try builder.invoke(process: "1", key: key, action: .read(nil), at: 9)
        try builder.complete(process: "1", outcome: .ok, action: .read(.absent), at: 9)
        let bytes = try exported(builder.history, as: JepsenEDN.self)
        let again = try imported(String(decoding: bytes, as: UTF8.self), as: JepsenEDN.self)
        #expect(again.operations[1].invoked < again.operations[0].completed)
    }

    /// Files one after the other, as the workers of a run leave them.
    private struct Parts: HistorySource {
        let files: [[UInt8]]
        var part = 0
        var source: MemorySource

        init(_ files: [[UInt8]]) {
            self.files = files
            source = MemorySource(files[0])
        }

        mutating func restart() {
            part = 0
            source = MemorySource(files[0])
        }

        mutating func append(to bytes: inout [UInt8], count: Int) -> Bool {
            source.append(to: &bytes, count: count)
        }

        mutating func nextPart() -> Bool {
            guard part + 1 < files.count else { return false }
            part += 1
            source = MemorySource(files[part])
            return true
        }
    }

    @Test func `what several workers recorded is one history`() throws {
        var files: [[UInt8]] = []
        for worker in 0..<3 {
            var builder = HistoryBuilder(clock: .nanoseconds)
            let value = builder.value(String(worker))
            let time = Int64(10 * worker)
            try builder.invoke(
                process: "0",
                key: builder.key("k"),
                action: .write(value),
                at: time
            )
            try builder.complete(process: "0", outcome: .ok, at: time + 5)
            files.append(try exported(builder.history, as: OrdealFile.self))
        }
        var input = HistoryInput(Parts(files), chunk: 7)
        let history = try OrdealFile.read(&input, .register)
        #expect(history.told == ["0 ok wk 0", "1 ok wk 1", "2 ok wk 2"])
        #expect(input.notes.isEmpty)
        files[2].removeLast()
        input = HistoryInput(Parts(files))
        _ = try OrdealFile.read(&input, .register)
        #expect(input.notes.count == 1)
        #expect(input.notes.first?.hasPrefix("part 3 ends too early") == true)
        files[1][8] = 9
        var damaged = HistoryInput(Parts(files))
        let problem = #expect(throws: HistoryProblem.self) {
            try OrdealFile.read(&damaged, .register)
        }
        #expect(problem?.description.contains("part 2: version 9") == true)
    }
}
