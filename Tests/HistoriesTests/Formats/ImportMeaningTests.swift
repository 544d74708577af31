import Histories
import Testing

@Suite struct ImportMeaningTests {
    @Test func `metadata is no part of a value, nor are zeros at its end`() throws {
        let history = try imported(
            """
            ^{:line 3} {:process 0, :type :invoke, :f :write, :value ^:odd 1.50}
            {:process 0, :type :ok, :f :write, :value 1.5}
            {:process 1, :type :invoke, :f :read, :value nil}
            {:process 1, :type :ok, :f :read, :value 1.500}
            """,
            as: JepsenEDN.self
        )
        #expect(history.told == ["0 ok w 1.5", "1 ok r 1.5"])
    }

    @Test func `a final read is a read`() throws {
        let history = try imported(
            """
            {:process 0, :type :invoke, :f :add, :value 1}
            {:process 0, :type :ok, :f :add, :value 1}
            {:process 1, :type :invoke, :f :final-read, :value nil}
            {:process 1, :type :ok, :f :final-read, :value #{1}}
            """,
            as: JepsenEDN.self,
            .set
        )
        guard case .readAll(_?) = history.operations[1].action else {
            Issue.record("\(history.operations)")
            return
        }
    }

    @Test func `what a format leaves out or refuses is named`() throws {
        let history = try imported(
            """
            {:process 0, :type :invoke, :f :write, :value [1 1]}
            {:process 0, :type :ok, :f :write, :value [1 1]}
            {:process 1, :type :invoke, :f :write, :value [2 3]}
            {:process 1, :type :ok, :f :write, :value [2 3]}
            """,
            as: JepsenEDN.self
        )
        var output = HistoryOutput { _ in }
        try AWDITText.write(history, to: &output)
        #expect(output.notes.count == 1 && output.notes[0].contains("no times"))
        let problem = #expect(throws: HistoryProblem.self) {
            try exported(history, as: PorcupineLog.self)
        }
        #expect(
            problem?.description.contains("more than one key: operation 2 of 2, process 1, key 2")
                == true
        )
    }
}
