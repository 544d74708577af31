@testable import Determinism

/// Pearson's test of draws against a law, at one per cent.
struct GoodnessOfFit: CustomStringConvertible {
    let statistic: Double
    let degrees: Double

    /// Neighbours are counted together: what is too rare has no statistic, and few bins show a bend
    /// over many ranks best.
    init(_ law: any RankSampler, count: Int, draws: Int, bins most: Int = 40, _ draw: (Int) -> Int)
    {
        var observed = [Int](repeating: 0, count: count)
        for ordinal in 0..<draws { observed[draw(ordinal)] += 1 }
        var (sum, bins) = (0.0, 0)
        var (expected, seen, left) = (0.0, 0, Double(draws))
        let least = Double(draws) / Double(most)
        for rank in 0..<count {
            expected += law.probability(ofRank: rank) * Double(draws)
            seen += observed[rank]
            guard rank + 1 == count || (expected >= least && left - expected >= least) else {
                continue
            }
            sum += (Double(seen) - expected) * (Double(seen) - expected) / expected
            bins += 1
            left -= expected
            (expected, seen) = (0, 0)
        }
        statistic = sum
        degrees = Double(bins - 1)
    }

    /// Below the 99th percentile of the chi-square law (Wilson and Hilferty's approximation).
    var passes: Bool {
        guard degrees > 0 else { return true }
        let part = 2 / (9 * degrees)
        let root = 1 - part + 2.326 * part.squareRoot()
        return statistic < degrees * root * root * root
    }

    var description: String { "chi-square \(statistic) at \(degrees) degrees of freedom" }
}
