import Consistency
import FoundationEssentials
import Histories
import Report
import Testing

@Suite struct JSONTextTests {
    private struct Sample: Encodable {
        var name = "a\"b\\c\n\u{1}</script>&\u{2028}"
        var missing: Int?
        var nested: [Double?] = [1, 0.5, nil, .infinity]
        var large = UInt64.max
        var none: [Int] = []
    }

    @Test func `members keep their order, unknown is null, and nothing breaks out`() throws {
        let text = try JSONText(isSafeInMarkup: true).encode(Sample())
        #expect(
            text == #"{"name":"a\"b\\c\n\u0001\u003c/script\u003e\u0026\u2028","missing":null,"#
                + #""nested":[1,0.5,null,null],"large":18446744073709551615,"none":[]}"#
        )
    }

    @Test func `pretty text is for people`() {
        let value = JSONValue.object([
            .init("a", .array([.integer(1), .integer(2)])),
            .init("b", .object([.init("c", .null)])),
            .init("d", .object([])),
        ])
        #expect(
            JSONText(isPretty: true).text(of: value) == """
                {
                  "a": [1, 2],
                  "b": {
                    "c": null
                  },
                  "d": {}
                }
                """
        )
    }

    @Test(arguments: [true, false]) func `a record survives its file`(isPretty: Bool) throws {
        let record = SampleRun.broken()
        let text = try JSONText(isPretty: isPretty).encode(record)
        let back = try JSONDecoder().decode(RunRecord.self, from: Data(text.utf8))
        #expect(back == record)
        #expect(try JSONText(isPretty: isPretty).encode(back) == text)
    }

    @Test func `provenance that is not known is null, not absent`() throws {
        let text = try JSONText().encode(Provenance(toolVersion: "ordeal"))
        for name in ["gitCommit", "host", "cores", "kernel", "machineSteal", "fsyncCost"] {
            #expect(text.contains("\"\(name)\":null"), "\(name)")
        }
    }
}
