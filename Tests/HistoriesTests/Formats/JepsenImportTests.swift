import Histories
import Testing

@Suite struct JepsenImportTests {
    @Test func `a failure did not happen, and what is of type info may`() throws {
        let history = try imported(
            """
            ; a comment, then two operations that never came back
            {:process 0, :type :invoke, :f :write, :value 3}
            {:process 1, :type :invoke, :f :cas, :value [3 4]}
            {:process 2 :type :invoke :f :read :value nil} #_ {:this is :left out}
            {:process :nemesis, :type :info, :f :start, :value "cut #{off}"}
            {:process 1, :type :fail, :f :cas, :value [3 4]}
            {:process 2, :type :ok, :f :read, :value nil}
            {:process 0, :type :info, :f :write, :value 3, :error [:timeout nil]}
            {:process 3, :type :invoke, :f :cas, :value [3, 5]}
            {:process 4, :type :invoke, :f :read}
            {:process 3, :type :ok, :f :cas, :value [3 5]}
            """,
            as: JepsenEDN.self
        )
        #expect(
            history.told == [
                "0 unknown w 3", "1 failed cas 3→4 ?", "2 ok r nil", "3 ok cas 3→5 true",
                "4 unknown r ?",
            ]
        )
        #expect(history.clock == .events)
        #expect(history.operations.map(\.invoked) == [0, 1, 2, 6, 7])
        #expect(history.operations[2].completed == 4)
        #expect(history.operations[0].completed == RecordedOperation.never)
    }

    @Test(arguments: [("[", "]"), ("(", ")"), ("", ""), ("\u{FEFF}[", "]")])
    func `maps stand alone or in one vector or list`(open: String, close: String) throws {
        let history = try imported(
            """
            \(open)#jepsen.history.Op{:process 0, :type :invoke, :f :write, :value 1, :time 5}
            #op {:process 0, :type :ok, :f :write, :value 1, :time 7}\(close)
            """,
            as: JepsenEDN.self
        )
        #expect(history.told == ["0 ok w 1"])
        #expect(history.nanoseconds == [5, 7])
    }

    @Test func `the same history in JSON has the same operations`() throws {
        let array = """
            [{"process":0,"type":"invoke","f":"cas","value":[1,2],"time":1},
             {"process":"nemesis","type":"info","f":"kill","value":{"n1":["a\\u00e9\\n"]}},
             {"process":0,"type":"ok","f":"cas","value":[1,2],"time":2.0e0}]
            """.replacing("2.0e0", with: "2")
        let lines = """
            {"process":0,"type":"invoke","f":"cas","value":[1,2],"time":1}
            {"process":0,"type":"ok","f":"cas","value":[1,2],"time":2}
            """
        let first = try imported(array, as: JepsenJSON.self)
        #expect(first.told == ["0 ok cas 1→2 true"])
        #expect(try imported(lines, as: JepsenJSON.self) == first)
    }

    @Test func `a client may have a text for a name`() throws {
        let lisp = """
            {:process "w1", :type :invoke, :f :write, :value 1}
            {:process :nemesis, :type :info, :f :kill, :value nil}
            {:process "w1", :type :ok, :f :write, :value 1}
            """
        let json = """
            {"process":"w1","type":"invoke","f":"write","value":1}
            {"process":"w1","type":"ok","f":"write","value":1}
            """
        #expect(try imported(lisp, as: JepsenEDN.self).told == ["0 ok w 1"])
        #expect(try imported(json, as: JepsenJSON.self).told == ["0 ok w 1"])
    }

    @Test func `pairs of key and value are told from values`() throws {
        let keyed = try imported(
            """
            {:process 0, :type :invoke, :f :write, :value [:x 1]}
            {:process 1, :type :invoke, :f :read, :value [:y nil]}
            {:process 0, :type :ok, :f :write, :value [:x 1]}
            {:process 1, :type :ok, :f :read, :value [:y 2]}
            {:process 1, :type :invoke, :f :cas, :value [:y [2 3]]}
            """,
            as: JepsenEDN.self
        )
        #expect(keyed.told == ["0 ok w:x 1", "1 ok r:y 2", "1 unknown cas:y 2→3 ?"])
        let elements = """
            {"process":0,"type":"invoke","f":"add","value":[0,7]}
            {"process":0,"type":"ok","f":"add","value":[0,7]}
            {"process":0,"type":"invoke","f":"read","value":[0,null]}
            {"process":0,"type":"ok","f":"read","value":ANSWER}
            """
        let pairs = try imported(
            elements.replacing("ANSWER", with: "[0,[7]]"),
            as: JepsenJSON.self,
            .set
        )
        #expect(pairs.told == ["0 ok insert0 7", "0 ok all0 [7]"])
        let plain = try imported(
            elements.replacing("ANSWER", with: "[0,7,8]"),
            as: JepsenJSON.self,
            .set
        )
        #expect(plain.told == ["0 ok insert [0 7]", "0 ok all [0 7 8]"])
    }

    @Test func `transactions carry their steps, found or asked for`() throws {
        let history = try imported(
            """
            {:process 0, :type :invoke, :value [[:append x 1] [:r y nil] [:r z]]}
            {:process 1, :type :invoke, :f :txn, :value [[:r y nil]]}
            {:process 0, :type :ok, :value [[:append x 1] [:r y [2 3]] [:r z []]]}
            """,
            as: JepsenEDN.self,
            .lists
        )
        #expect(history.told == ["0 ok appendx 1, ally [2 3], allz []", "1 unknown ally ?"])
        #expect(history.steps.count == 4, "an answer takes the place of the question")
        let registers = try imported(
            """
            {"process":0,"type":"invoke","f":"txn","value":[["w","x",1],["r","y",null]]}
            {"process":0,"type":"ok","f":"txn","value":[["w","x",1],["r","y",null]]}
            """,
            as: JepsenJSON.self,
            .registers
        )
        #expect(registers.told == ["0 ok wx 1, ry nil"])
    }

    @Test func `several registers may be written and read as a map`() throws {
        let history = try imported(
            """
            {:process 0 :type :invoke :f :write :value {:x 1 :y 2}}
            {:process 0 :type :ok :f :write :value {:x 1 :y 2}}
            {:process 1 :type :invoke :f :read :value {:x nil :y nil}}
            {:process 1 :type :ok :value {:x 1 :y nil}}
            {:process 2 :type :invoke :f :read :value nil}
            {:process 2 :type :ok :f :read :value {:y 2}}
            {:process 3 :type :invoke :f :w :value {:z 3}}
            """,
            as: JepsenEDN.self,
            .registers
        )
        #expect(
            history.told == [
                "0 ok w:x 1, w:y 2", "1 ok r:x 1, r:y nil", "2 ok r:y 2", "3 unknown w:z 3",
            ]
        )
        let keyed = try imported(
            """
            {:process 0 :type :invoke :f :write :value [7 {:x 1}]}
            {:process 0 :type :ok :f :write :value [7 {:x 1}]}
            """,
            as: JepsenEDN.self,
            .registers
        )
        #expect(keyed.told == ["0 ok w7/:x 1"])
    }

    @Test func `accounts, counters, mutexes and sets have their own words`() throws {
        let bank = try imported(
            """
            {:process 0, :type :invoke, :f :transfer, :value {:from 0, :to 1, :amount 5}}
            {:process 1, :type :invoke, :f :read}
            {:process 0, :type :fail, :f :transfer, :value [:negative 0 -5]}
            {:process 1, :type :ok, :f :read, :value {0 -1, 1 nil}}
            """,
            as: JepsenEDN.self,
            .bank
        )
        #expect(bank.told == ["0 failed 5 from 0 to 1", "1 ok 0=-1, 1=?"])
        #expect(bank.keys.texts == ["0", "1"])
        let counter = try imported(
            """
            {:process 0, :type :invoke, :f :add, :value -2}
            {:process 0, :type :ok, :f :add, :value -2}
            {:process 0, :type :invoke, :f :decrement, :value 3}
            {:process 1, :type :invoke, :f :read, :value nil}
            {:process 1, :type :ok, :f :read, :value 12}
            """,
            as: JepsenEDN.self,
            .counter
        )
        #expect(counter.told == ["0 ok add -2", "0 unknown add -3", "1 ok total 12"])
        let mutex = try imported(
            """
            {:process 0, :type :invoke, :f :acquire, :value nil}
            {:process 0, :type :ok, :f :acquire, :value nil}
            {:process 1, :type :invoke, :f :release, :value nil}
            {:process 1, :type :fail, :f :release, :error :not-held}
            """,
            as: JepsenEDN.self,
            .mutex
        )
        #expect(mutex.told == ["0 ok acquire", "1 failed release"])
        let set = try imported(
            """
            {:process 0, :type :invoke, :f :add, :value "a b"}
            {:process 0, :type :ok, :f :add, :value "a b"}
            {:process 0, :type :invoke, :f :read, :value nil}
            {:process 0, :type :ok, :f :read, :value #{"a b" 1/2 2.5 \\c :k 10000000000000000000000N}}
            """,
            as: JepsenEDN.self,
            .set
        )
        #expect(
            set.told[1] == "0 ok all [\"a b\" 1/2 2.5 \\c :k 10000000000000000000000]"
        )
    }

    @Test func `equal values are equal however they are written`() throws {
        let history = try imported(
            """
            {:process 0, :type :invoke, :f :write, :value {:b [1,2], :a #{3 2}}}
            {:process 1, :type :invoke, :f :write, :value {:a #{2 3} :b (1 2)}}
            {:process 2, :type :invoke, :f :write, :value +7}
            {:process 3, :type :invoke, :f :write, :value 7N}
            {:process 4, :type :invoke, :f :write, :value "\\u0041"}
            {:process 5, :type :invoke, :f :write, :value "A"}
            {:process 6, :type :invoke, :f :write, :value "nil"}
            """,
            as: JepsenEDN.self
        )
        let texts = history.told.map { $0.split(separator: " ", maxSplits: 2).last ?? "" }
        #expect(texts[0] == texts[1])
        #expect(texts[2] == texts[3])
        #expect(texts[4] == texts[5])
        #expect(texts[6] == "w \"nil\"")
    }

    @Test(arguments: [1, 2, 3, 7, 64])
    func `however few bytes come at once, the history is the same`(chunk: Int) throws {
        let text = """
            [{:process 0, :type :invoke, :f :write, :value "a;b\\"c\\u00e9"} ; half a comment
             #_ [:discarded {1 2}] {:process 0, :type :ok, :f :write, :value "a;b\\"cé"}]
            """
        let whole = try imported(text, as: JepsenEDN.self)
        #expect(whole.told == ["0 ok w \"a;b\\\"cé\""])
        #expect(try imported(text, as: JepsenEDN.self, chunk: chunk) == whole)
    }
}
