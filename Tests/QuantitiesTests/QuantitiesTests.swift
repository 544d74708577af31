import Quantities
import Testing

@Suite struct QuantitiesTests {
    @Test(arguments: [
        ("5s", 5.0), ("250ms", 0.25), ("1.5s", 1.5), ("10us", 0.000_01), ("2m", 120), ("1h", 3600),
        ("0s", 0), ("1_000ms", 1), ("1m30s", 90), ("1h1m1s1ms", 3661.001), ("7µs", 0.000_007),
    ])
    func `a duration is a number with its unit`(text: String, seconds: Double) {
        #expect(parsedDuration(text) == .seconds(seconds))
    }

    @Test(arguments: [
        "", "5", "s", "-1s", "1e3s", "infs", "nans", "1.2.3s", "5 s", "5S", "٣s", "1d", "1s1m",
        "1s1s", "1s5",
    ])
    func `anything else is no duration`(text: String) {
        #expect(parsedDuration(text) == nil)
    }

    @Test(arguments: [
        ("5s", "5s"), ("250ms", "250ms"), ("90s", "1m30s"), ("60m", "1h"), ("1.5s", "1.5s"),
    ])
    func `a duration is printed as short as it is exact`(text: String, printed: String) throws {
        #expect(durationText(try #require(parsedDuration(text))) == printed)
    }

    @Test func `a rate is a number a second`() {
        #expect(parsedRate("4000/s") == 4000)
        #expect(parsedRate("4000") == nil)
        #expect(parsedRate("/s") == nil)
        #expect(parsedRate("-1/s") == nil)
    }

    @Test(arguments: [
        ("20%", 0.2), ("0.2", 0.2), ("100%", 1), ("0", 0), ("101%", nil), ("1.1", nil), ("%", nil),
        ("-1%", nil), ("", nil),
    ])
    func `a part is a fraction or a percentage`(text: String, part: Double?) {
        #expect(parsedShare(text) == part)
    }

    @Test(arguments: [
        ("100", 100), ("4k", 4096), ("4KiB", 4096), ("1kB", 1000), ("1.5MiB", 1_572_864), ("7B", 7),
        ("1.5", nil), ("k", nil), ("-1", nil), ("1XB", nil), ("9999999999999GB", nil),
    ])
    func `bytes are a whole number with its unit`(text: String, bytes: Int?) {
        #expect(parsedByteCount(text) == bytes)
    }

    @Test func `a number is printed with three digits at most`() {
        #expect(
            [0.5, 12, 1.0 / 3, -1.25, -0.5, 0].map(decimalText)
                == ["0.5", "12", "0.333", "-1.25", "-0.5", "0"]
        )
    }

    @Test func `the nearest name forgives a slip and not another word`() {
        #expect(nearestName(to: "qourum", among: ["quorum", "chain"]) == "quorum")
        #expect(nearestName(to: "Primary", among: ["primary"]) == "primary")
        #expect(nearestName(to: "zebra", among: ["quorum", "chain"]) == nil)
        #expect(nearestName(to: "", among: ["quorum"]) == nil)
    }
}
