import Clusters
import Testing

@Suite struct ProcessorTimeTests {
    @Test func `steal is the part of all processor time that others got`() throws {
        let before = try #require(
            ProcessorTime(
                statistics: "cpu  100 0 100 700 50 0 0 50 0 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n"
            )
        )
        let after = try #require(
            ProcessorTime(statistics: "cpu  150 0 150 750 50 0 0 100 7 0\n")
        )
        #expect(after.steal(since: before) == 0.25)
        #expect(before.steal(since: after) == nil)
        #expect(ProcessorTime(statistics: "intr 1 2 3") == nil)
        #expect(ProcessorTime(statistics: "") == nil)
    }
}
