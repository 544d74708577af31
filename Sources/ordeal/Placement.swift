import ArgumentParser
import Experiments
import Quantities

struct Placement: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure placement schemes side by side.",
        discussion: """
            Places keys on nodes, lets nodes join or leave, and places them again: how even the load \
            is, what moved beside what had to, which sets of nodes hold whole keys, and what a lookup, \
            the table and a change cost. Ends with which scheme suits which need.

            EXAMPLES
              ordeal placement
              ordeal placement --nodes 5..1000 --keys 1M --html placement.html
              ordeal placement --schemes ring,rendezvous,maglev --weights 1,2,4
              ordeal placement --churn add --replicas 1 --json
            """
    )

    @Option(help: "Only these, with commas between them (default: all).")
    var schemes: NameList?

    @Option(help: "How many nodes: 100, a list 5,50,500 or a range 5..1000.")
    var nodes = NodeCounts(counts: [100])

    @Option(help: "Weights that the nodes have in turn, such as 1,2,4.")
    var weights: WeightList?

    @Option(help: "Fault domains that the nodes are in, in turn.")
    var zones = 1

    @Option(help: "How many keys, such as 500k or 10M.")
    var keys = KeyCount(count: 10_000_000)

    @Option(help: "Copies of each key.")
    var replicas = 3

    @Option(help: "add, remove (the last node) or random:20% (a part of them leaves).")
    var churn = ChurnChoice(churn: .random(0.2))

    @Flag(help: "Print one JSON object on standard output.")
    var json = false

    @Option(help: ArgumentHelp("Write a page with charts there.", valueName: "file"))
    var html: String?

    func validate() throws {
        guard (1...PlacementOptions.nodeLimit).contains(replicas) else {
            throw ValidationError("--replicas takes 1 to \(PlacementOptions.nodeLimit)")
        }
        guard (1...PlacementOptions.nodeLimit).contains(zones) else {
            throw ValidationError("--zones takes 1 to \(PlacementOptions.nodeLimit)")
        }
        for name in schemes?.names ?? [] where !PlacementOptions.schemeNames.contains(name) {
            let names = PlacementOptions.schemeNames.joined(separator: ", ")
            let near = nearestName(to: name, among: PlacementOptions.schemeNames)
            let hint = near.map { "did you mean \"\($0)\"? " } ?? ""
            throw ValidationError("unknown scheme \"\(name)\"; \(hint)known schemes: \(names)")
        }
    }

    func run() async throws {
        try finish(
            await measurePlacement(
                PlacementOptions(
                    schemes: schemes?.names ?? PlacementOptions.schemeNames,
                    nodes: nodes.counts,
                    weights: weights?.weights ?? [],
                    zones: zones,
                    keys: keys.count,
                    replicas: replicas,
                    churn: churn.churn,
                    json: json,
                    htmlFile: html
                )
            )
        )
    }
}

/// `ring,jump`.
struct NameList: ExpressibleByArgument {
    var names: [String]

    init?(argument: String) {
        names = argument.split(separator: ",").map(String.init)
        if names.isEmpty { return nil }
    }
}

struct NodeCounts: ExpressibleByArgument {
    var counts: [Int]

    init(counts: [Int]) { self.counts = counts }

    init?(argument: String) {
        guard let counts = parsedNodeCounts(argument) else { return nil }
        self.counts = counts
    }

    var defaultValueDescription: String { counts.map(String.init).joined(separator: ",") }
}

/// `1,2,4`.
struct WeightList: ExpressibleByArgument {
    var weights: [Double]

    init?(argument: String) {
        weights = []
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            guard let weight = Double(part), weight > 0, weight.isFinite else { return nil }
            weights.append(weight)
        }
    }
}

struct KeyCount: ExpressibleByArgument {
    var count: Int

    init(count: Int) { self.count = count }

    init?(argument: String) {
        guard let count = parsedCount(argument),
            (1...PlacementOptions.keyLimit).contains(count)
        else { return nil }
        self.count = count
    }

    var defaultValueDescription: String { "10M" }
}

struct ChurnChoice: ExpressibleByArgument {
    var churn: PlacementOptions.Churn

    init(churn: PlacementOptions.Churn) { self.churn = churn }

    init?(argument: String) {
        guard let churn = PlacementOptions.Churn(argument) else { return nil }
        self.churn = churn
    }

    var defaultValueDescription: String { "\(churn)" }
}
