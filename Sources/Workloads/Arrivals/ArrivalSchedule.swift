public import Determinism

/// When requests are due, in nanoseconds from the start: endless, exact, and whatever became of
/// earlier ones.
///
/// At a constant rate each due time follows from the ones before in whole numbers, remainder kept, so
/// that odd rates are met to the request over any time. Taking a time allocates nothing.
public struct ArrivalSchedule: Sendable {
    private let stretches: [RateProfile.Stretch]
    private let process: any ArrivalProcess
    private var generator: SeededGenerator
    private var index = 0
    /// Where the current stretch begins.
    private var origin: Int64 = 0
    /// At a constant rate: whole nanoseconds since `origin`, and what is left over of one, in parts of
    /// the rate.
    private var elapsed: UInt64 = 0
    private var remainder: UInt64 = 0
    /// At a changing rate: what was expected since `origin`.
    private var expected = 0.0
    /// The next due time; `Int64.max` where there is none.
    public private(set) var next: Int64

    /// - Parameters:
    ///   - share: The part of the rate that this schedule stands for.
    ///   - phase: 0 to 1: by what part of a gap even arrivals are shifted, so that the schedules of
    ///     several workers take turns.
    public init(
        _ profile: RateProfile,
        process: any ArrivalProcess,
        share: Double = 1,
        phase: Double = 0,
        seed: Seed
    ) {
        stretches = profile.stretches.map { stretch in
            func part(_ rate: UInt64) -> UInt64 {
                rate == 0 ? 0 : max(1, UInt64((Double(rate) * share).rounded()))
            }
            guard share != 1 else { return stretch }
            return RateProfile.Stretch(
                start: part(stretch.start),
                end: part(stretch.end),
                length: stretch.length
            )
        }
        self.process = process
        generator = SeededGenerator(seed: seed)
        next = 0
        // Even arrivals begin at once; others after a gap of their own.
        let first =
            type(of: process).takesTurns
            ? UInt64(min(max(phase, 0), 1) * Double(oneArrival)) : process.gap(using: &generator)
        advance(by: first)
    }

    /// Takes the next due time.
    public mutating func take() -> Int64 {
        let due = next
        if due < .max { advance(by: process.gap(using: &generator)) }
        return due
    }

    /// Takes the next due time if it is not after `time`.
    public mutating func take(dueBy time: Int64) -> Int64? {
        next <= time ? take() : nil
    }

    private mutating func advance(by gap: UInt64) {
        var gap = gap
        while true {
            let stretch = stretches[index]
            let left =
                stretch.start == stretch.end
                ? advanceEvenly(by: gap, stretch) : advanceOnRamp(by: gap, stretch)
            guard let left else { return }
            guard index + 1 < stretches.count, let length = stretch.length else {
                next = .max
                return
            }
            origin += length
            index += 1
            (elapsed, remainder, expected) = (0, 0, 0)
            gap = left
        }
    }

    /// What is left of the gap at the end of the stretch; nil where the arrival lies in it.
    private mutating func advanceEvenly(by gap: UInt64, _ stretch: RateProfile.Stretch) -> UInt64? {
        let rate = stretch.start
        guard rate > 0 else { return gap }
        let (whole, rest) = (remainder + gap).quotientAndRemainder(dividingBy: rate)
        elapsed += whole
        remainder = rest
        if let length = stretch.length, elapsed >= UInt64(length) {
            return (elapsed - UInt64(length)) * rate + remainder
        }
        next = origin + Int64(elapsed)
        return nil
    }

    /// As above; the time is where the integral of the rate has grown by the gap.
    private mutating func advanceOnRamp(by gap: UInt64, _ stretch: RateProfile.Stretch) -> UInt64? {
        guard let length = stretch.length else { return gap }
        let (start, end) = (Double(stretch.start), Double(stretch.end))
        expected += Double(gap)
        let whole = (start + end) / 2 * Double(length)
        guard expected < whole else { return UInt64(expected - whole) }
        let slope = (end - start) / Double(length)
        let root = max(0, start * start + 2 * slope * expected).squareRoot()
        let passed = expected > 0 ? 2 * expected / (start + root) : 0
        next = origin + Int64(min(passed, Double(length)))
        return nil
    }
}
