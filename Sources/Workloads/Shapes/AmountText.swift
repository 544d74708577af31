internal import Determinism
public import Quantities

/// What amounts count, and how they are written.
public enum AmountUnit: Sendable {
    case bytes, milliseconds

    func parsed(_ text: some StringProtocol) -> Int? {
        switch self {
        case .bytes: return parsedByteCount(text)
        case .milliseconds:
            guard let seconds = parsedDuration(String(text))?.seconds, seconds < 1e12 else {
                return nil
            }
            let milliseconds = (seconds * 1000).rounded()
            // A lifetime of half a millisecond is none.
            return milliseconds >= 1 ? Int(milliseconds) : nil
        }
    }

    func text(_ amount: Int) -> String {
        switch self {
        case .bytes: "\(amount)"
        case .milliseconds: durationText(.milliseconds(amount))
        }
    }

    var examples: String {
        switch self {
        case .bytes: "`100`, `64..1024`, `64..1024:zipfian` or `64:90,1024:10`"
        case .milliseconds: "`60s`, `30s..90s` or `30s:90,1h:10`"
        }
    }
}

extension AmountLaw {
    /// Reads `100`, `64..1024`, `64..1024:zipfian:1.2` and `64:90,1024:10` (amount and weight).
    public init(
        parsing text: String,
        unit: AmountUnit,
        in bounds: ClosedRange<Int>
    ) throws(WordingProblem) {
        if let dots = text.firstRange(of: "..") {
            self = try Self.range(
                text[..<dots.lowerBound],
                text[dots.upperBound...],
                unit,
                bounds
            )
        } else if text.contains(":") {
            self = try Self.weighted(text, unit, bounds)
        } else {
            self = .fixed(try Self.amount(text, unit, bounds))
        }
    }

    /// As it is written.
    public func text(unit: AmountUnit) -> String {
        switch self {
        case .fixed(let amount): return unit.text(amount)
        case .range(let range, let law):
            let ends = "\(unit.text(range.lowerBound))..\(unit.text(range.upperBound))"
            return law.base is Uniform ? ends : "\(ends):\(law.text)"
        case .weighted(let choices):
            return choices.map { "\(unit.text($0.amount)):\(decimalText($0.weight))" }
                .joined(separator: ",")
        }
    }

    private static func amount(
        _ text: some StringProtocol,
        _ unit: AmountUnit,
        _ bounds: ClosedRange<Int>
    ) throws(WordingProblem) -> Int {
        guard let amount = unit.parsed(text) else {
            throw WordingProblem("\"\(text)\" is no amount", fix: "write \(unit.examples)")
        }
        guard bounds.contains(amount) else {
            throw WordingProblem(
                "\(text) is out of range",
                fix: "write \(unit.text(bounds.lowerBound)) to \(unit.text(bounds.upperBound))"
            )
        }
        return amount
    }

    private static func range(
        _ lower: Substring,
        _ rest: Substring,
        _ unit: AmountUnit,
        _ bounds: ClosedRange<Int>
    ) throws(WordingProblem) -> Self {
        let halves = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let least = try amount(lower, unit, bounds)
        let greatest = try amount(halves[0], unit, bounds)
        guard least <= greatest else {
            throw WordingProblem(
                "\(lower)..\(halves[0]) runs downwards",
                fix: "write \(halves[0])..\(lower)"
            )
        }
        guard halves.count == 2 else { return .uniform(least...greatest) }
        let law = try AnyDistribution(parsing: String(halves[1]))
        guard law.placement != .inOrder else {
            throw WordingProblem(
                "\(law.name) says in which order, not how many",
                fix: "write uniform, zipfian, hotspot or exponential"
            )
        }
        return .range(least...greatest, law)
    }

    private static func weighted(
        _ text: String,
        _ unit: AmountUnit,
        _ bounds: ClosedRange<Int>
    ) throws(WordingProblem) -> Self {
        var choices: [Choice] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: ":", omittingEmptySubsequences: false)
            guard sides.count == 2 else {
                throw WordingProblem(
                    "\"\(part)\" is no amount with its weight",
                    fix: "write \(unit.examples)"
                )
            }
            let digits = sides[1].hasSuffix("%") ? sides[1].dropLast() : sides[1]
            guard let weight = plainNumber(digits), weight > 0, weight <= 1e9 else {
                throw WordingProblem(
                    "\"\(sides[1])\" is no weight",
                    fix: "write a number above 0, such as \(sides[0]):90"
                )
            }
            choices.append(Choice(amount: try amount(sides[0], unit, bounds), weight: weight))
        }
        return .weighted(choices)
    }
}

/// In JSON as it is written, without units.
extension AmountLaw: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let amount = try? container.decode(Int.self), amount >= 0 {
            self = .fixed(amount)
            return
        }
        do {
            self = try Self(
                parsing: container.decode(String.self),
                unit: .bytes,
                in: 0...Int(Int32.max)
            )
        } catch let problem as WordingProblem {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: problem.description
            )
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if case .fixed(let amount) = self { return try container.encode(amount) }
        try container.encode(text(unit: .bytes))
    }
}
