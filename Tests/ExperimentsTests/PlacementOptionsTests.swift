import Consistency
import Experiments
import Testing

@Suite struct PlacementOptionsTests {
    @Test(arguments: [
        ("10M", 10_000_000), ("500k", 500_000), ("1.5k", 1_500), ("1_000", 1_000), ("7", 7),
    ])
    func `counts are read with their units`(text: String, count: Int) {
        #expect(parsedCount(text) == count)
    }

    @Test(arguments: ["", "M", "-1", "ten", "1e3", "10 M"])
    func `what is no count is refused`(text: String) {
        #expect(parsedCount(text) == nil)
    }

    @Test func `numbers of nodes are one, a list or a range`() {
        #expect(parsedNodeCounts("100") == [100])
        #expect(parsedNodeCounts("5,50,7") == [5, 50, 7])
        #expect(parsedNodeCounts("5..1000") == [5, 10, 20, 50, 100, 200, 500, 1_000])
        #expect(parsedNodeCounts("30..30") == [30])
        for text in ["", "0", "5,", "9..5", "1..", "10001", "5...9", "-3"] {
            #expect(parsedNodeCounts(text) == nil, "\(text)")
        }
    }

    @Test func `churn is read as it is written`() {
        for text in ["add", "remove", "random:20%", "random:2.5%"] {
            #expect(PlacementOptions.Churn(text)?.description == text)
        }
        for text in ["", "random", "random:20", "random:0%", "random:100%", "both"] {
            #expect(PlacementOptions.Churn(text) == nil)
        }
    }

    private static func options(
        nodes: [Int] = [12],
        replicas: Int = 3,
        churn: PlacementOptions.Churn = .remove
    ) -> PlacementOptions {
        PlacementOptions(
            schemes: ["ring", "anchor"],
            nodes: nodes,
            weights: [],
            zones: 3,
            keys: 2_000,
            replicas: replicas,
            churn: churn,
            json: true,
            htmlFile: nil
        )
    }

    @Test func `a study of a few keys succeeds, and an impossible one is wrong usage`() async {
        #expect(await measurePlacement(Self.options()) == .ok)
        #expect(await measurePlacement(Self.options(replicas: 13)) == .usage)
        #expect(await measurePlacement(Self.options(nodes: [3])) == .usage)
        #expect(
            await measurePlacement(Self.options(nodes: [4], churn: .random(0.5))) == .usage
        )
    }
}
