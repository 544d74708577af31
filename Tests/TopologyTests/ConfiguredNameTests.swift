import Testing
import Topology

@Suite struct ConfiguredNameTests {
    @Test(arguments: [
        ("quorum", "quorum", []),
        ("semi-synchronous(2)", "semi-synchronous", ["2"]),
        ("semi-synchronous(2,degrade)", "semi-synchronous", ["2", "degrade"]),
        ("semi-synchronous(2 degrade)", "semi-synchronous", ["2", "degrade"]),
        ("fixed-timeout( 350ms )", "fixed-timeout", ["350ms"]),
    ])
    func `a name with its settings is read, and written in one way`(
        text: String,
        name: String,
        settings: [String]
    ) throws {
        let read = try #require(ConfiguredName(parsing: text))
        #expect(read == ConfiguredName(name, settings: settings))
        #expect(ConfiguredName(parsing: read.description) == read)
    }

    @Test(arguments: ["a(", "a)", "a()", "(1)", "a(1)b", "a((1))", "a(1)(2)", ")("])
    func `parentheses that do not match are refused`(text: String) {
        #expect(ConfiguredName(parsing: text) == nil)
    }

    @Test func `durations are whole numbers with a unit`() {
        #expect(ConfiguredName.duration("350ms") == 350_000_000)
        #expect(ConfiguredName.duration("2s") == 2_000_000_000)
        for wrong in ["350", "ms", "-1s", "1.5s", "99999999999999999999s", "1m"] {
            #expect(ConfiguredName.duration(wrong) == nil, "\(wrong)")
        }
    }
}
