/// Looks for the highest rate that meets an objective, one measurement at a time.
///
/// Down to a rate that meets it, or up to one that does not, then by halving the gap between the two.
/// A neighbour's noise makes misses and never makes hits: so a miss counts when a second measurement
/// misses too, the rate above the answer is asked once more before it is believed, and the answer
/// is given when it was met twice.
public struct RateSearch: Sendable {
    /// How a measurement of a rate ended.
    public enum Trial: Sendable, Equatable {
        case met
        case missed
        /// The generator was in the way: the rate says nothing about the server.
        case void
    }

    public enum Step: Sendable, Equatable {
        /// Measure this rate, requests a second, and `record` how it ended.
        case measure(Double)
        case finished(Conclusion)
    }

    public struct Conclusion: Sendable, Equatable {
        /// The highest rate that met the objective, twice; nil where none did.
        public var highest: Double?
        /// The lowest rate above it that did not; nil where none was found.
        public var lowestMissed: Double?
        public var limit: Limit
    }

    /// Why the search went no higher.
    public enum Limit: Sendable, Equatable {
        case objective
        /// The server may do more: the generator could not ask for it.
        case generator
        /// The highest or lowest rate that was allowed.
        case bound
        /// So many measurements have not settled it.
        case measurements
    }

    /// Every measurement so far, in order.
    public private(set) var trials: [(rate: Double, trial: Trial)] = []

    private let bounds: ClosedRange<Double>
    private let precision: Double
    private let mostTrials: Int
    private var rate: Double
    private var lower: Double?
    private var upper: Double?
    private var isUpperVoid = false
    private var isUpperAskedAgain = false
    /// How often the current rate has met the objective, and how often not.
    private var hits = 0
    private var misses = 0
    private var conclusion: Conclusion?

    /// - Parameters:
    ///   - start: The first rate; a guess.
    ///   - precision: By what part the rate that missed may be above the one that met.
    public init(
        start: Double,
        bounds: ClosedRange<Double> = 1...10_000_000,
        precision: Double = 0.05,
        mostTrials: Int = 60
    ) {
        self.bounds = bounds
        self.precision = max(precision, 0.001)
        self.mostTrials = mostTrials
        rate = min(max(Self.rounded(start), bounds.lowerBound), bounds.upperBound)
    }

    public var next: Step {
        if let conclusion { return .finished(conclusion) }
        return .measure(rate)
    }

    /// Takes note of how the measurement of `next` ended.
    public mutating func record(_ trial: Trial) {
        guard conclusion == nil else { return }
        trials.append((rate, trial))
        switch trial {
        case .met: met()
        case .missed, .void: missed(isVoid: trial == .void)
        }
        if conclusion == nil, trials.count >= mostTrials { finish(.measurements) }
    }

    private mutating func met() {
        hits += 1
        if rate == upper {
            // It was noise that missed; what is above is open again.
            lower = rate
            upper = nil
            return move()
        }
        let isAnswer = rate == lower || (upper == nil && rate >= bounds.upperBound)
        guard isAnswer else {
            lower = rate
            return move()
        }
        lower = rate
        guard hits >= 2 + misses else { return }
        finish(upper == nil ? .bound : isUpperVoid ? .generator : .objective)
    }

    private mutating func missed(isVoid: Bool) {
        misses += 1
        if rate <= bounds.lowerBound {
            upper = rate
            if misses >= 2 + hits { finish(.bound) }
            return
        }
        if rate == upper { return move() }
        // On the way down nothing is lost by believing the first: it is asked again in the end.
        guard misses >= (lower == nil ? 1 : 2 + hits) else { return }
        if rate == lower { lower = highestMet(below: rate) }
        upper = rate
        isUpperVoid = isVoid
        isUpperAskedAgain = false
        move()
    }

    /// To the next rate, with a clean sheet.
    private mutating func move() {
        (hits, misses) = (0, 0)
        switch (lower, upper) {
        case (let lower?, nil): rate = min(Self.rounded(lower * 2), bounds.upperBound)
        case (nil, let upper?): rate = max(Self.rounded(upper / 4), bounds.lowerBound)
        case (let lower?, let upper?):
            let middle = Self.rounded((lower + upper) / 2)
            let isSettled = upper <= lower * (1 + precision) || middle <= lower || middle >= upper
            if !isSettled {
                rate = middle
            } else if !isUpperAskedAgain {
                isUpperAskedAgain = true
                rate = upper
            } else {
                rate = lower
                // What met the objective on the way counts as the first of the two.
                hits = 1
            }
        case (nil, nil): break
        }
    }

    /// The highest rate below one that has met the objective.
    private func highestMet(below rate: Double) -> Double? {
        trials.filter { $0.trial == .met && $0.rate < rate }.map(\.rate).max()
    }

    private mutating func finish(_ limit: Limit) {
        conclusion = Conclusion(highest: lower, lowestMissed: upper, limit: limit)
    }

    /// Three significant digits, so that rates can be said.
    private static func rounded(_ rate: Double) -> Double {
        var unit = 1e-3
        while rate / unit >= 1000 { unit *= 10 }
        // A power of ten below 1 is no binary number; its inverse is.
        return unit < 1
            ? (rate * (1 / unit).rounded()).rounded() / (1 / unit).rounded()
            : (rate / unit).rounded() * unit
    }
}
