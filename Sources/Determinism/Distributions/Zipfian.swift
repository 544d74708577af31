/// Rank r with probability proportional to 1 / (r + 1)^exponent.
///
/// Drawn by rejection inversion (Hörmann and Derflinger, "Rejection-inversion to generate variates
/// from monotone discrete distributions", 1996): no sum over the ranks at set-up, and any exponent,
/// where YCSB's generator sums for minutes and knows one exponent only.
public struct Zipfian: Distribution {
    public static let name = "zipfian"

    /// At least 0, which is uniform; YCSB's default is 0.99.
    public var exponent: Double

    public init() {
        self.init(exponent: 0.99)
    }

    public init(exponent: Double) {
        self.exponent = min(max(exponent, 0), Self.largestExponent)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        exponent = try container.decodeIfPresent(Double.self, forKey: .exponent) ?? 0.99
        guard exponent >= 0, exponent <= Self.largestExponent else {
            throw DecodingError.dataCorruptedError(
                forKey: .exponent,
                in: container,
                debugDescription: "a zipfian exponent is between 0 and \(Self.largestExponent)"
            )
        }
    }

    public func sampler(count: Int) -> any RankSampler {
        ZipfianSampler(count: max(1, count), exponent: exponent)
    }

    /// Beyond it all but the first ranks have no probability worth drawing.
    private static let largestExponent = 20.0
}

private struct ZipfianSampler: RankSampler {
    private let count: Int
    private let exponent: Double
    private let integralOfFirst: Double
    private let integralOfLast: Double
    private let shortcut: Double
    private let normalizer: Double

    init(count: Int, exponent: Double) {
        self.count = count
        self.exponent = exponent
        integralOfFirst = Self.integral(1.5, exponent) - 1
        integralOfLast = Self.integral(Double(count) + 0.5, exponent)
        shortcut =
            2
            - Self.inverseIntegral(
                Self.integral(2.5, exponent) - Self.density(2, exponent),
                exponent
            )
        normalizer = Self.sumOfDensities(count: count, exponent: exponent)
    }

    func fill(_ ranks: inout [Int], using generator: inout SeededGenerator) {
        for index in ranks.indices {
            ranks[index] = next(using: &generator)
        }
    }

    func probability(ofRank rank: Int) -> Double {
        Self.density(Double(rank + 1), exponent) / normalizer
    }

    private func next(using generator: inout SeededGenerator) -> Int {
        while true {
            let area =
                integralOfLast + generator.nextUnit() * (integralOfFirst - integralOfLast)
            let point = Self.inverseIntegral(area, exponent)
            let nearest = min(max((point + 0.5).rounded(.down), 1), Double(count))
            // The first test accepts nearly every draw and needs no density.
            if nearest - point <= shortcut
                || area >= Self.integral(nearest + 0.5, exponent) - Self.density(nearest, exponent)
            {
                return Int(nearest) - 1
            }
        }
    }

    private static func density(_ point: Double, _ exponent: Double) -> Double {
        Elementary.exp(-exponent * Elementary.log(point))
    }

    /// An antiderivative of the density, continuous through the exponent 1.
    private static func integral(_ point: Double, _ exponent: Double) -> Double {
        let logarithm = Elementary.log(point)
        return expm1Ratio((1 - exponent) * logarithm) * logarithm
    }

    private static func inverseIntegral(_ area: Double, _ exponent: Double) -> Double {
        // Rounding may pass the end of the domain, where the logarithm has none.
        let argument = max(area * (1 - exponent), -1 + 0x1p-53)
        return Elementary.exp(log1pRatio(argument) * area)
    }

    /// (e^x - 1) / x.
    private static func expm1Ratio(_ value: Double) -> Double {
        abs(value) > 1e-8 ? Elementary.expm1(value) / value : 1 + value / 2
    }

    /// log(1 + x) / x.
    private static func log1pRatio(_ value: Double) -> Double {
        abs(value) > 1e-8 ? Elementary.log1p(value) / value : 1 - value / 2
    }

    /// The first terms, then Euler and Maclaurin's formula for the rest: exact to 10^-12 without
    /// a sum over the ranks.
    private static func sumOfDensities(count: Int, exponent: Double) -> Double {
        let head = min(count, 64)
        var sum = 0.0
        for rank in stride(from: head, through: 1, by: -1) {
            sum += density(Double(rank), exponent)
        }
        guard count > head else { return sum }
        let (first, last) = (Double(head), Double(count))
        let (start, end) = (density(first, exponent), density(last, exponent))
        sum += integral(last, exponent) - integral(first, exponent) + (end - start) / 2
        let slope = exponent / 12
        sum += slope * (start / first - end / last)
        let third = exponent * (exponent + 1) * (exponent + 2) / 720
        return sum - third
            * (start / (first * first * first) - end / (last * last * last))
    }
}
