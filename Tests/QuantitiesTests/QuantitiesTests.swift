import Quantities
import Testing

@Suite struct QuantitiesTests {
    @Test(arguments: [
        ("5s", 5.0), ("250ms", 0.25), ("1.5s", 1.5), ("10us", 0.000_01), ("2m", 120), ("1h", 3600),
        ("0s", 0), ("1_000ms", 1),
    ])
    func `a duration is a number with its unit`(text: String, seconds: Double) {
        #expect(parsedDuration(text) == .seconds(seconds))
    }

    @Test(arguments: [
        "", "5", "s", "-1s", "1e3s", "infs", "nans", "1.2.3s", "5 s", "5S", "٣s", "1d",
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

    @Test func `the nearest name forgives a slip and not another word`() {
        #expect(nearestName(to: "qourum", among: ["quorum", "chain"]) == "quorum")
        #expect(nearestName(to: "Primary", among: ["primary"]) == "primary")
        #expect(nearestName(to: "zebra", among: ["quorum", "chain"]) == nil)
        #expect(nearestName(to: "", among: ["quorum"]) == nil)
    }
}
