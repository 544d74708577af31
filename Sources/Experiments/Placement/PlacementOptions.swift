internal import Determinism
internal import Quantities
internal import Topology

/// What `ordeal placement` was asked to measure.
public struct PlacementOptions: Sendable {
    /// Registered names.
    public var schemes: [String]
    public var nodes: [Int]
    /// The nodes have them in turn; empty where all weigh the same.
    public var weights: [Double]
    /// The nodes are in so many zones in turn.
    public var zones: Int
    public var keys: Int
    public var replicas: Int
    public var churn: Churn
    public var json: Bool
    /// Where the page goes.
    public var htmlFile: String?

    /// More nodes than this would not be told apart in a table.
    public static let nodeLimit = 10_000
    public static let keyLimit = 1_000_000_000
    public static var schemeNames: [String] { placementSchemes.map { $0.name } }

    public init(
        schemes: [String],
        nodes: [Int],
        weights: [Double],
        zones: Int,
        keys: Int,
        replicas: Int,
        churn: Churn,
        json: Bool,
        htmlFile: String?
    ) {
        self.schemes = schemes
        self.nodes = nodes
        self.weights = weights
        self.zones = zones
        self.keys = keys
        self.replicas = replicas
        self.churn = churn
        self.json = json
        self.htmlFile = htmlFile
    }

    /// Which nodes join or leave.
    public enum Churn: Sendable, Equatable, CustomStringConvertible {
        case add
        /// The last one leaves: the one that every scheme can let go.
        case remove
        /// A part of them leaves, drawn at random.
        case random(Double)

        /// Reads `add`, `remove`, `random:20%`; nil for anything else.
        public init?(_ text: String) {
            switch text {
            case "add": self = .add
            case "remove": self = .remove
            default:
                guard text.hasPrefix("random:"), text.hasSuffix("%"),
                    let percent = plainNumber(text.dropFirst(7).dropLast()),
                    percent > 0, percent < 100
                else { return nil }
                self = .random(percent / 100)
            }
        }

        public var description: String {
            switch self {
            case .add: "add"
            case .remove: "remove"
            case .random(let part):
                "random:\(plainText((part * 1_000).rounded() / 10))%"
            }
        }
    }

    func members(_ count: Int) -> [PlacementNode] { (0..<count).map(node) }

    private func node(_ index: Int) -> PlacementNode {
        PlacementNode(
            UInt32(index + 1),
            weight: weights.isEmpty ? 1 : weights[index % weights.count],
            zone: UInt32(index % max(1, zones))
        )
    }

    /// The same for every scheme.
    func changes(_ count: Int) -> [MembershipChange] {
        switch churn {
        case .add: return [.add(node(count))]
        case .remove: return [.remove(UInt32(count))]
        case .random(let part):
            var generator = SeededGenerator(seed: Seed(UInt64(count)).derived("churn"))
            let leaving = max(1, Int((Double(count) * part).rounded()))
            return generator.shuffled(Array(1...UInt32(count))).prefix(leaving)
                .map { .remove($0) }
        }
    }
}

/// Without the zeros behind the point of a whole number.
private func plainText(_ number: Double) -> String {
    number == number.rounded() ? String(Int(number)) : String(number)
}

/// Reads `10M`, `500k`, `1_000_000`; nil for anything else.
public func parsedCount(_ text: String) -> Int? {
    let units: [(suffix: String, factor: Double)] = [("k", 1e3), ("M", 1e6), ("G", 1e9), ("", 1)]
    for unit in units where text.hasSuffix(unit.suffix) {
        guard let number = plainNumber(text.dropLast(unit.suffix.count)) else { return nil }
        return Int(exactly: (number * unit.factor).rounded())
    }
    return nil
}

/// Reads `100`, `5,50,500` or `5..1000`, which stands for 5, 10, 20, 50 and so on; nil for anything
/// else.
public func parsedNodeCounts(_ text: String) -> [Int]? {
    let ends = text.split(separator: "..", omittingEmptySubsequences: false)
    if ends.count == 2 {
        guard let low = Int(ends[0]), let high = Int(ends[1]), 0 < low, low <= high,
            high <= PlacementOptions.nodeLimit
        else { return nil }
        let round = [1, 10, 100, 1_000, 10_000].flatMap { [$0, 2 * $0, 5 * $0] }
        return [low] + round.filter { $0 > low && $0 < high } + (high > low ? [high] : [])
    }
    var counts: [Int] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        guard let count = Int(part), (1...PlacementOptions.nodeLimit).contains(count) else {
            return nil
        }
        counts.append(count)
    }
    return counts
}
