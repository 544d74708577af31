import Report
import Testing

@Suite struct PlacementRecordTests {
    private static func row(
        _ scheme: String,
        peak: Double,
        movement: Double,
        lookup: Double,
        weights: Bool = false
    ) -> PlacementRecord.Row {
        let spread = PlacementRecord.Spread(
            peak: peak,
            standardDeviation: 0.05,
            low: 0.9,
            high: 1.1
        )
        return PlacementRecord.Row(
            scheme: scheme,
            nodes: 100,
            honoursWeights: weights,
            keepsState: scheme == "anchor",
            looksAtLoads: false,
            load: spread,
            firstChoices: spread,
            moved: 0.2 * movement,
            leastMoved: 0.2,
            movement: movement,
            copySets: .init(
                distinct: 100,
                possible: 161_700,
                lossChance: 0.000_6,
                largestShare: 0.01,
                meanShare: 0.01
            ),
            lookup: lookup,
            firstLookup: lookup / 2,
            memoryBytes: 1_200,
            build: 1e-3,
            resize: 2e-6
        )
    }

    static var record: PlacementRecord {
        var record = PlacementRecord(
            keys: 1_000_000,
            replicas: 3,
            churn: "random:20%",
            weights: [],
            zones: 1
        )
        record.rows = [
            row("modulo", peak: 1.01, movement: 4.9, lookup: 5e-9),
            row("ring", peak: 1.2, movement: 1, lookup: 2e-8, weights: true),
            row("anchor", peak: 1.02, movement: 1.01, lookup: 4e-8),
        ]
        record.refusals = [.init(scheme: "jump", nodes: 100, reason: "it has <no> weights")]
        return record
    }

    @Test func `the table has a line for each scheme and ends with what follows`() {
        let text = Self.record.text
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(
            lines[0] == "100 nodes, 1,000,000 keys, 3 copies each, then 20% of the nodes leave"
        )
        for scheme in ["modulo", "ring", "anchor"] {
            #expect(lines.count { $0.hasPrefix("\(scheme) ") } == 1)
        }
        #expect(text.contains("left out: jump on 100 nodes: it has <no> weights"))
        #expect(text.hasSuffix("\n"))
    }

    /// The advice follows the numbers: exchanged, they advise otherwise.
    @Test func `the closing paragraph is drawn from the numbers`() {
        let advice = Self.record.text
        #expect(advice.contains("most even with modulo (peak 1.01 of the mean)"))
        #expect(advice.contains("ring and anchor move hardly more than has to move"))
        #expect(advice.contains("More moves with modulo (4.90 times what has to)"))
        #expect(advice.contains("Where nodes come and go, take anchor"))
        #expect(advice.contains("For nodes of unequal size take ring"))

        var other = Self.record
        other.rows[2].movement = 3
        other.rows[0].movement = 1
        let changed = other.text
        #expect(changed.contains("Where nodes come and go, take modulo"))
        #expect(changed.contains("More moves with anchor (3.00 times what has to)"))
    }

    @Test func `the page fetches nothing, escapes what it is given and carries the record`() throws
    {
        let page = try PlacementPage(Self.record).render()
        #expect(page.contains("<svg class=\"chart\""))
        #expect(page.contains("it has &lt;no&gt; weights"))
        #expect(!page.contains("<no>"))
        #expect(!page.contains("http:") && !page.contains("https:"))
        #expect(page.contains("\"scheme\":\"anchor\""))
        for tag in ["html", "main", "section", "table", "svg", "script", "style"] {
            let opened = page.ranges(of: "<\(tag)").count
            #expect(opened == page.ranges(of: "</\(tag)>").count, "\(tag)")
        }
    }

    @Test func `the JSON has every figure`() throws {
        let json = try Self.record.json()
        for key in [
            "peak", "standardDeviation", "low", "high", "moved", "leastMoved", "movement",
            "distinct",
            "lossChance", "largestShare", "lookup", "memoryBytes", "build", "resize", "refusals",
        ] { #expect(json.contains("\"\(key)\": "), "\(key)") }
    }
}
