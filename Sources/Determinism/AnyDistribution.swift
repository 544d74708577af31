public import Quantities

/// Any registered law, written as its name alone or with its parameters: `zipfian`,
/// `zipfian:0.9`, `hotspot:keys=10%,operations=90%`; in JSON also
/// `{ "kind": "zipfian", "exponent": 0.9 }`.
public struct AnyDistribution: Codable, Sendable, Equatable {
    public var base: any Distribution

    public init(_ base: any Distribution) {
        self.base = base
    }

    public var name: String { type(of: base).name }
    public var placement: RankPlacement { type(of: base).placement }
    /// As it is written.
    public var text: String { base.text }

    /// Reads the name and, after a colon, the parameters; a value without a name is the first's.
    public init(parsing text: String) throws(WordingProblem) {
        let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let kind = try Self.kind(String(halves[0]))
        guard halves.count == 2 else {
            try self.init(kind, [])
            return
        }
        var values: [(name: String, text: String)] = []
        for part in halves[1].split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if sides.count == 2 {
                values.append((String(sides[0]), String(sides[1])))
            } else {
                guard values.isEmpty, let first = kind.parameterLines.first else {
                    throw WordingProblem(
                        "\"\(part)\" is no parameter of \(kind.name)",
                        fix: "write name=value"
                    )
                }
                values.append((first.name, String(part)))
            }
        }
        try self.init(kind, values)
    }

    /// The law of a name with parameters by name.
    public init(
        name: String,
        _ values: [(name: String, text: String)]
    ) throws(WordingProblem) {
        try self.init(Self.kind(name), values)
    }

    private init(
        _ kind: any Distribution.Type,
        _ values: [(name: String, text: String)]
    ) throws(WordingProblem) {
        base = try kind.init(values)
    }

    private enum CodingKeys: String, CodingKey {
        case kind
    }

    public init(from decoder: any Decoder) throws {
        do {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                base = try Self(parsing: text).base
            } else {
                let container = try decoder.container(keyedBy: CodingKeys.self)
                let kind = try Self.kind(container.decode(String.self, forKey: .kind))
                base = try Self.decoded(kind, from: decoder)
            }
        } catch let problem as WordingProblem {
            throw Self.corrupted(problem.description, at: decoder.codingPath)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .kind)
        try base.encode(to: encoder)
    }

    public static func == (left: Self, right: Self) -> Bool {
        equals(left.base, right.base)
    }

    private static func equals<Law: Distribution>(_ left: Law, _ right: any Distribution) -> Bool {
        left == right as? Law
    }

    private static func kind(_ name: String) throws(WordingProblem) -> any Distribution.Type {
        if let kind = distributions.first(where: { $0.name == name }) { return kind }
        let names = distributions.map { $0.name }
        throw WordingProblem(
            "there is no law \"\(name)\"",
            fix: suggestion(for: name, among: names, what: "laws")
        )
    }

    /// What is left out has its default, and what is out of range is refused.
    private static func decoded<Law: Distribution>(
        _ kind: Law.Type,
        from decoder: any Decoder
    ) throws -> Law {
        let container = try decoder.container(keyedBy: ParameterKey.self)
        var law = Law()
        for parameter in Law.parameters {
            let key = ParameterKey(stringValue: parameter.name)
            guard let value = try container.decodeIfPresent(Double.self, forKey: key) else {
                continue
            }
            guard parameter.range.contains(value) else {
                throw corrupted("\(value) is no \(parameter.name) of \(Law.name)", at: [key])
            }
            law[keyPath: parameter.field] = value
        }
        if let contradiction = law.contradiction {
            throw corrupted(contradiction, at: decoder.codingPath)
        }
        return law
    }

    private static func corrupted(_ words: String, at path: [any CodingKey]) -> DecodingError {
        .dataCorrupted(.init(codingPath: path, debugDescription: words))
    }

    private struct ParameterKey: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
