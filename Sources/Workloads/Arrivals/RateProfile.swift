public import Quantities

/// How many requests are due a second, over time: stretches of a constant or an evenly changing rate.
///
/// Written as `20000/s`, as a ramp `1000..50000/s:30s` that stays where it ends, or as steps
/// `1000/s:10s,5000/s:10s,1000/s`.
public struct RateProfile: Sendable, Equatable {
    public struct Stretch: Sendable, Equatable {
        /// Millionths of a request a second.
        var start: UInt64
        var end: UInt64
        /// Nanoseconds; nil for ever.
        var length: Int64?
    }

    /// One at least; the last one lasts for ever, and its rate is constant.
    let stretches: [Stretch]

    /// Beyond it a nanosecond is too coarse to tell arrivals apart.
    public static let greatestRate = 100_000_000.0
    public static let leastRate = 0.001
    /// Beyond ten years nobody measures.
    private static let longest: Int64 = 315_360_000_000_000_000

    /// The same rate for ever, requests a second.
    public static func constant(_ rate: Double) -> Self {
        let exact = micro(rate)
        return Self(stretches: [Stretch(start: exact, end: exact, length: nil)])
    }

    public static func ramp(from first: Double, to last: Double, over length: Duration) -> Self {
        Self(stretches: [
            Stretch(start: micro(first), end: micro(last), length: length.nanoseconds),
            Stretch(start: micro(last), end: micro(last), length: nil),
        ])
    }

    private init(stretches: [Stretch]) {
        self.stretches = stretches
    }

    public init(parsing text: String) throws(WordingProblem) {
        var stretches: [Stretch] = []
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            let stretch = try Self.stretch(part)
            if stretch.length == nil, index + 1 < parts.count {
                throw WordingProblem(
                    "\"\(part)\" does not say how long",
                    fix: "write \(part):10s; only the last rate may stay"
                )
            }
            stretches.append(stretch)
        }
        if let last = stretches.last, last.length != nil {
            stretches.append(Stretch(start: last.end, end: last.end, length: nil))
        }
        self.stretches = stretches
    }

    /// The rate at a time, requests a second.
    public func rate(at nanoseconds: Int64) -> Double {
        var rest = nanoseconds
        for stretch in stretches {
            guard let length = stretch.length, rest >= length else {
                let part = stretch.length.map { Double(rest) / Double($0) } ?? 0
                let (start, end) = (Double(stretch.start), Double(stretch.end))
                return (start + (end - start) * part) / 1e6
            }
            rest -= length
        }
        return 0
    }

    /// nil where the rate changes.
    public var onlyRate: Double? {
        let first = stretches[0].start
        let isConstant = stretches.allSatisfy { $0.start == first && $0.end == first }
        return isConstant ? Double(first) / 1e6 : nil
    }

    /// How many requests are due before a time.
    public func expected(until nanoseconds: Int64) -> Double {
        var (sum, rest) = (0.0, nanoseconds)
        for stretch in stretches where rest > 0 {
            let taken = min(rest, stretch.length ?? rest)
            let (start, end) = (Double(stretch.start), Double(stretch.end))
            let slope = (end - start) / Double(stretch.length ?? 1)
            sum += (start + slope * Double(taken) / 2) * Double(taken) * 1e-15
            rest -= taken
        }
        return sum
    }

    /// As it is written.
    public var text: String {
        var stretches = stretches
        if stretches.count > 1, let last = stretches.last, let before = stretches.dropLast().last,
            before.end == last.start
        {
            stretches.removeLast()
        }
        return stretches.map { stretch in
            let start = decimalText(Double(stretch.start) / 1e6)
            let end = decimalText(Double(stretch.end) / 1e6)
            let rate = start == end ? "\(start)/s" : "\(start)..\(end)/s"
            return stretch.length.map { "\(rate):\(durationText(.nanoseconds($0)))" } ?? rate
        }
        .joined(separator: ",")
    }

    private static func micro(_ rate: Double) -> UInt64 {
        UInt64((min(max(rate, 0), greatestRate) * 1e6).rounded())
    }

    private static func stretch(_ text: Substring) throws(WordingProblem) -> Stretch {
        let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var length: Int64?
        if halves.count == 2 {
            guard let duration = parsedDuration(String(halves[1])), duration > .zero,
                duration.nanoseconds <= longest
            else {
                throw WordingProblem("\"\(halves[1])\" is no time", fix: "write \(halves[0]):10s")
            }
            length = duration.nanoseconds
        }
        guard let dots = halves[0].firstRange(of: "..") else {
            let rate = try rate(halves[0])
            return Stretch(start: rate, end: rate, length: length)
        }
        let lower = halves[0][..<dots.lowerBound]
        guard length != nil else {
            throw WordingProblem(
                "\"\(text)\" does not say over what time",
                fix: "write \(text):30s"
            )
        }
        let start = lower == "0" ? 0 : try rate(lower.hasSuffix("/s") ? lower : lower + "/s")
        return Stretch(start: start, end: try rate(halves[0][dots.upperBound...]), length: length)
    }

    private static func rate(_ text: Substring) throws(WordingProblem) -> UInt64 {
        guard let rate = parsedRate(text) else {
            throw WordingProblem("\"\(text)\" is no rate", fix: "write it as 20000/s")
        }
        guard (leastRate...greatestRate).contains(rate) else {
            throw WordingProblem("\(text) is out of range", fix: "write 0.001/s to 100000000/s")
        }
        return micro(rate)
    }
}

extension RateProfile: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            try self.init(parsing: container.decode(String.self))
        } catch let problem as WordingProblem {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: problem.description
            )
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension Duration {
    /// Whole nanoseconds; beyond 292 years, the largest number.
    fileprivate var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow || carry ? .max : sum
    }
}
