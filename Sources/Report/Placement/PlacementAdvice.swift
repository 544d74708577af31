/// Which scheme suits which need, drawn from what was measured on the most nodes.
struct PlacementAdvice {
    let record: PlacementRecord

    /// Beyond this much above the least, data moves that would not have to.
    private static let calmMovement = 1.05
    /// Loads this close are equally even.
    private static let evenMargin = 1.02

    var paragraph: String {
        let nodes = record.rows.map(\.nodes).max() ?? 0
        let rows = record.rows.filter { $0.nodes == nodes }
        guard let evenest = rows.min(by: { $0.load.peak < $1.load.peak }),
            let least = rows.min(by: { $0.load.peak > $1.load.peak })
        else { return "Nothing could be measured." }
        var sentences = [
            "On \(Figure.count(nodes)) nodes the load is most even with \(named(evenest, peak)) and "
                + "least with \(named(least, peak))."
        ]
        let calm = rows.filter { ($0.movement ?? 1) <= Self.calmMovement }
        sentences += movementSentences(rows, calm)
        sentences += choiceSentences(rows, calm, evenest)
        return sentences.joined(separator: " ")
    }

    private func movementSentences(
        _ rows: [PlacementRecord.Row],
        _ calm: [PlacementRecord.Row]
    ) -> [String] {
        var sentences: [String] = []
        let churn = PlacementFigures(record: record).churnText
        if !calm.isEmpty {
            let most = calm.compactMap(\.movement).max().map { Figure.fixed($0, decimals: 2) }
            sentences.append(
                "When \(churn), \(list(calm)) \(calm.count == 1 ? "moves" : "move") hardly more than has "
                    + "to move" + (most.map { " (at most \($0) times that)." } ?? ".")
            )
        }
        let restless = rows.filter { ($0.movement ?? 1) > Self.calmMovement }
            .sorted { ($0.movement ?? 1) < ($1.movement ?? 1) }
        if !restless.isEmpty {
            let named = restless.map { self.named($0, movement) }
            sentences.append("More moves with \(joined(named)).")
        }
        return sentences
    }

    private func choiceSentences(
        _ rows: [PlacementRecord.Row],
        _ calm: [PlacementRecord.Row],
        _ evenest: PlacementRecord.Row
    ) -> [String] {
        var sentences: [String] = []
        let pool = calm.isEmpty ? rows : calm
        if let best = pool.min(by: { $0.load.peak < $1.load.peak }) {
            let even = pool.filter { $0.load.peak <= best.load.peak * Self.evenMargin }
            if let quick = even.min(by: { $0.lookup < $1.lookup }) {
                sentences.append(
                    "Where nodes come and go, take \(quick.scheme): as even as any that moves so "
                        + "little (\(peak(quick))), and a lookup takes \(Figure.duration(quick.lookup))"
                        + (quick.keepsState
                            ? "; its placement depends on the order of the changes, which has to be kept."
                            : ".")
                )
            }
        }
        if let fastest = rows.min(by: { $0.lookup < $1.lookup }) {
            sentences.append(
                "The fastest lookup is \(named(fastest) { Figure.duration($0.lookup) })"
                    + ((fastest.movement ?? 1) > 2 ? ", for nodes that never change." : ".")
            )
        }
        let bounded = rows.filter(\.looksAtLoads)
        for row in bounded {
            sentences.append(
                "Where no node may be above a bound whatever the keys, \(row.scheme) keeps it "
                    + "(\(peak(row)))."
            )
        }
        let weighing = pool.filter(\.honoursWeights)
        if let best = weighing.min(by: { $0.load.peak < $1.load.peak }) {
            sentences.append("For nodes of unequal size take \(best.scheme) (\(peak(best))).")
        }
        if let smallest = pool.min(by: { $0.memoryBytes < $1.memoryBytes }) {
            sentences.append(
                "The smallest table among those that move little is that of "
                    + "\(named(smallest) { Figure.bytes($0.memoryBytes) })."
            )
        }
        let rare = rows.min { $0.copySets.lossChance < $1.copySets.lossChance }
        if record.replicas > 1, let rare {
            sentences.append(
                "When \(record.replicas) nodes die at once, data is lost least often with "
                    + "\(named(rare) { Figure.percent($0.copySets.lossChance) }), and then the most of "
                    + "it: \(Figure.percent(rare.copySets.largestShare))."
            )
        }
        return sentences
    }

    private func peak(_ row: PlacementRecord.Row) -> String {
        "peak \(Figure.fixed(row.load.peak, decimals: 2)) of the mean"
    }

    private func movement(_ row: PlacementRecord.Row) -> String {
        "\(Figure.fixed(row.movement ?? 1, decimals: 2)) times what has to"
    }

    private func named(
        _ row: PlacementRecord.Row,
        _ figure: (PlacementRecord.Row) -> String
    ) -> String {
        "\(row.scheme) (\(figure(row)))"
    }

    private func list(_ rows: [PlacementRecord.Row]) -> String { joined(rows.map(\.scheme)) }

    private func joined(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " and " + last
    }
}
