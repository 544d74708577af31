/// How evenly something is spread over nodes: keys, operations or bytes.
///
/// All figures are in parts of a node's fair share, which is the mean where weights are equal.
public struct LoadBalance: Hashable, Sendable, Codable {
    /// Peak over mean: what the busiest node has.
    public var peak: Double
    public var standardDeviation: Double
    /// What the nodes at 1 % and at 99 % have, from the least to the busiest.
    public var low: Double
    public var high: Double

    /// Nil where there is nothing to spread or nobody to have it.
    public init?(_ loads: [Double], weights: [Double]? = nil) {
        let total = loads.reduce(0, +)
        let weights = weights ?? [Double](repeating: 1, count: loads.count)
        let totalWeight = weights.reduce(0, +)
        guard total > 0, totalWeight > 0, weights.count == loads.count else { return nil }
        let shares = zip(loads, weights).map { $0 / total * totalWeight / $1 }.sorted()
        let squares = shares.reduce(0) { $0 + ($1 - 1) * ($1 - 1) }
        peak = shares[shares.count - 1]
        standardDeviation = (squares / Double(shares.count)).squareRoot()
        low = Self.quantile(0.01, shares)
        high = Self.quantile(0.99, shares)
    }

    /// Between the two nearest, in proportion.
    private static func quantile(_ fraction: Double, _ sorted: [Double]) -> Double {
        let place = fraction * Double(sorted.count - 1)
        let index = Int(place)
        guard index + 1 < sorted.count else { return sorted[index] }
        return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
    }
}
