public import Quantities

/// Rates to be measured one after the other.
///
/// Written as a list `1000/s,2000/s,5000/s`, by steps `1000..8000/s+1000`, or by factors
/// `1000..64000/s*2`; the last rate is met even where the steps would miss it.
public struct RateLadder: Sendable, Equatable {
    /// Requests a second, in the order in which they are measured; one at least.
    public let rates: [Double]

    /// More would take all night.
    public static let mostRates = 100

    public init(parsing text: String) throws(WordingProblem) {
        var rates: [Double] = []
        if let dots = text.firstRange(of: "..") {
            rates = try Self.rungs(text[..<dots.lowerBound], text[dots.upperBound...], text)
        } else {
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                rates.append(try Self.rate(part))
            }
        }
        guard rates.count <= Self.mostRates else {
            throw WordingProblem(
                "\(rates.count) rates take too long",
                fix: "write \(Self.mostRates) at most"
            )
        }
        self.rates = rates
    }

    private static func rungs(
        _ lower: Substring,
        _ rest: Substring,
        _ text: String
    ) throws(WordingProblem) -> [Double] {
        let fix = "write 1000..8000/s+1000, or 1000..64000/s*2"
        guard let sign = rest.firstIndex(where: { $0 == "+" || $0 == "*" }) else {
            throw WordingProblem("\"\(text)\" does not say by what steps", fix: fix)
        }
        let first = try rate(lower.hasSuffix("/s") ? lower : lower + "/s")
        let last = try rate(rest[..<sign])
        let words = rest[rest.index(after: sign)...]
        let digits = words.hasSuffix("/s") ? words.dropLast(2) : words
        let isFactor = rest[sign] == "*"
        guard let step = plainNumber(digits), isFactor ? step > 1 : step > 0, first <= last else {
            throw WordingProblem("\"\(text)\" does not climb", fix: fix)
        }
        var rates = [first]
        // By index, so that steps do not add up their rounding.
        while let rate = rates.last, rate < last, rates.count <= mostRates {
            let next = isFactor ? rate * step : first + step * Double(rates.count)
            rates.append(min(next, last))
        }
        return rates
    }

    private static func rate(_ text: Substring) throws(WordingProblem) -> Double {
        guard let rate = parsedRate(text) else {
            throw WordingProblem("\"\(text)\" is no rate", fix: "write it as 20000/s")
        }
        let range = RateProfile.leastRate...RateProfile.greatestRate
        guard range.contains(rate) else {
            throw WordingProblem("\(text) is out of range", fix: "write 0.001/s to 100000000/s")
        }
        return rate
    }
}
