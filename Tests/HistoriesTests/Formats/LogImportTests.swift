import Histories
import Testing

@Suite struct LogImportTests {
    @Test func `in a Porcupine log a failed compare-and-set is an observation`() throws {
        let history = try imported(
            """
            INFO  jepsen.core - Worker 1 starting
            INFO  jepsen.util - 0\t:invoke\t:write\t3
            INFO  jepsen.util - 1\t:invoke\t:read\tnil
            INFO  jepsen.util - :nemesis\t:info\t:start\tnil
            INFO  jepsen.util - 0\t:ok\t:write\t3
            INFO  jepsen.util - 1\t:ok\t:read\tnil
            INFO  jepsen.util - 2    :invoke :cas    [3 4]
            INFO  jepsen.util - 2    :fail   :cas    [3 4]
            INFO  jepsen.util - 0\t:invoke\t:cas\t[3 1]
            INFO  jepsen.util - 0\t:info\t:cas\t:timed-out
            INFO  jepsen.util - 1\t:invoke\t:read\tnil
            INFO  jepsen.util - 1\t:fail\t:read\t:timed-out
            INFO  jepsen.util - 3\t:invoke\t:write\t2
            INFO  jepsen.util - 3\t:info\t:write\t:timed-out
            INFO  jepsen.util - 4\t:invoke\t:cas\t[1 2]

            """,
            as: PorcupineLog.self
        )
        #expect(
            history.told == [
                "0 ok w 3", "1 ok r nil", "2 ok cas 3→4 false", "0 unknown cas 3→1 ?",
                "1 unknown r ?", "3 unknown w 2", "4 unknown cas 1→2 ?",
            ]
        )
    }

    @Test func `a key nobody wrote reads as the empty text`() throws {
        let history = try imported(
            """
            {:process 0, :type :invoke, :f :append, :key "7", :value "x 0 0 y"}
            {:process 1, :type :invoke, :f :get, :key "8", :value nil}
            {:process 0, :type :ok, :f :append, :key "7", :value "x 0 0 y"}
            {:process 1, :type :ok, :f :get, :key "8", :value ""}
            {:process 1, :type :invoke, :f :put, :key "8", :value "a"}
            """,
            as: PorcupineKeyValue.self
        )
        #expect(history.told == ["0 ok append7 x 0 0 y", "1 ok r8 nil", "1 unknown w8 a"])
    }

    @Test func `sessions keep their order and know no other`() throws {
        let history = try imported(
            "w 1 5\r\nw 2 6\r\n-----\r\nr 1 5\r\n=====\r\nr 2 6\r\n-----\r\n-----\r\nw 1 7",
            as: AWDITText.self,
            .registers
        )
        #expect(history.clock == .sessions)
        #expect(history.told == ["0 ok w1 5, w2 6", "0 ok r1 5", "1 ok r2 6", "1 ok w1 7"])
        #expect(history.operations.map(\.invoked) == [0, 2, 0, 2])
    }

    @Test(
        arguments: [
            ("h.edn", "", "jepsen-edn"), ("h", "[{:process 1 :type :ok", "jepsen-edn"),
            ("h", "; said\n{:process 0, :f :get, :key \"7\"", "porcupine-kv"),
            ("h.log", "INFO  jepsen.util - 0\t:invoke", "porcupine-log"),
            ("h.json", "[", "jepsen-json"), ("h", "[{\"process\":0,", "jepsen-json"),
            ("h.txt", "w 1 5\n-----\n", "awdit"), ("h", "ORDLHIS1", "ordeal"),
        ]
    )
    func `a file shows its format`(path: String, head: String, name: String) {
        let format = historyFormats.first { $0.recognizes(path: path, head: Array(head.utf8)) }
        #expect(format?.name == name)
    }

    @Test func `what looks like nothing is taken for nothing`() {
        for head in ["", "\n\n", "hello world", "{\"a\": 1}", "=-=-=", "\u{0}\u{1}"] {
            let format = historyFormats.first { $0.recognizes(path: "h", head: Array(head.utf8)) }
            #expect(format == nil, "\(head)")
        }
    }
}
