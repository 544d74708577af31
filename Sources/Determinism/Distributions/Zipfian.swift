/// Rank r with probability proportional to 1 / (r + 1)^exponent.
///
/// Drawn by rejection inversion (Hörmann and Derflinger, "Rejection-inversion to generate variates
/// from monotone discrete distributions", 1996): no sum over the ranks at set-up, and any exponent,
/// where YCSB's generator sums for minutes and knows one exponent only.
public struct Zipfian: Distribution {
    public static let name = "zipfian"

    public static let summary = "a few keys are hot: the k-th with probability ~ 1 / k^exponent"

    /// At least 0, which is uniform; YCSB's default is 0.99.
    public var exponent: Double

    /// Beyond 20 all but the first ranks have no probability worth drawing.
    static let exponents = 0.0...20

    public static let parameters: [LawParameter<Self>] = [
        LawParameter("exponent", \.exponent, in: exponents, "how steep; 0 is uniform")
    ]

    public init() {
        self.init(exponent: 0.99)
    }

    public init(exponent: Double) {
        self.exponent = min(max(exponent, 0), Self.exponents.upperBound)
    }

    public func sampler(count: Int) -> any RankSampler {
        ZipfianSampler(count: max(1, count), exponent: exponent)
    }
}

private struct ZipfianSampler: RankSampler {
    private var count: Int
    private let exponent: Double
    private let integralOfFirst: Double
    private var integralOfLast: Double
    private let shortcut: Double
    /// nil after the count has changed: drawing does without it.
    private var normalizer: Double?

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

    mutating func resize(to count: Int) {
        self.count = max(1, count)
        integralOfLast = Self.integral(Double(self.count) + 0.5, exponent)
        normalizer = nil
    }

    func probability(ofRank rank: Int) -> Double {
        Self.density(Double(rank + 1), exponent)
            / (normalizer ?? Self.sumOfDensities(count: count, exponent: exponent))
    }

    func rank(_ ordinal: Int, using generator: inout SeededGenerator) -> Int {
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
