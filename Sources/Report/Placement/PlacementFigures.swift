/// A placement record's columns, the same on the terminal and on the page.
struct PlacementFigures {
    let record: PlacementRecord

    var titles: [String] {
        let copies = record.replicas
        return [
            "scheme", "peak/mean", "std dev", "1 %", "99 %", "first: peak", "moved", "× least",
            "node sets", "loss when \(copies) die", "lost at worst", "lookup", "first",
            "memory", "build", "resize",
        ]
    }

    func cells(_ row: PlacementRecord.Row) -> [String] {
        [
            row.scheme,
            Figure.fixed(row.load.peak, decimals: 3),
            Figure.percent(row.load.standardDeviation),
            Figure.fixed(row.load.low, decimals: 3),
            Figure.fixed(row.load.high, decimals: 3),
            Figure.fixed(row.firstChoices.peak, decimals: 3),
            Figure.percent(row.moved),
            row.movement.map { Figure.fixed($0, decimals: 2) } ?? Figure.missing,
            Figure.count(row.copySets.distinct),
            Figure.percent(row.copySets.lossChance),
            Self.share(row.copySets.largestShare),
            Figure.duration(row.lookup),
            Figure.duration(row.firstLookup),
            Figure.bytes(row.memoryBytes),
            Figure.duration(row.build),
            Figure.duration(row.resize),
        ]
    }

    /// Parts of a million where a percentage would round them away.
    private static func share(_ fraction: Double) -> String {
        fraction < 0.000_5
            ? "\(Figure.significant(fraction * 1e6)) ppm" : Figure.percent(fraction)
    }

    func caption(nodes: Int) -> String {
        var parts = [
            "\(Figure.count(nodes)) nodes", "\(Figure.count(record.keys)) keys",
            "\(record.replicas) \(record.replicas == 1 ? "copy" : "copies") each",
            "then \(churnText)",
        ]
        if !record.weights.isEmpty {
            let weights = record.weights.map { Figure.significant($0) }.joined(separator: ", ")
            parts.append("weights \(weights) in turn")
        }
        if record.zones > 1 { parts.append("\(record.zones) zones") }
        return parts.joined(separator: ", ")
    }

    var churnText: String {
        switch record.churn {
        case "add": "a node joins"
        case "remove": "the last node leaves"
        default: record.churn.split(separator: ":").last.map { "\($0) of the nodes leave" } ?? ""
        }
    }
}

extension PlacementRecord {
    /// The record on a terminal: a table for each number of nodes, then what follows from it.
    public var text: String {
        let figures = PlacementFigures(record: self)
        var parts = nodeCounts.map { nodes in
            var table = TextTable(
                columns: figures.titles.enumerated().map { index, title in
                    .init(title: title, alignment: index == 0 ? .left : .right)
                }
            )
            table.rows = rows.filter { $0.nodes == nodes }.map(figures.cells)
            return figures.caption(nodes: nodes) + "\n\n" + table.text
        }
        if !refusals.isEmpty {
            parts.append(refusals.map { "\($0.line)\n" }.joined())
        }
        parts.append(PlacementAdvice(record: self).paragraph + "\n")
        return parts.joined(separator: "\n")
    }

    /// One object for other programs: seconds, bytes, and parts of one.
    public func json() throws -> String { try JSONText(isPretty: true).encode(self) + "\n" }
}

extension PlacementRecord.Refusal {
    var line: String { "left out: \(scheme) on \(Figure.count(nodes)) nodes: \(reason)" }
}
