public import Quantities

/// One number of a law that plans and command lines can set.
public struct LawParameter<Law>: Sendable {
    public var name: String
    public var range: ClosedRange<Double>
    /// One line for listings.
    public var summary: String
    let field: any WritableKeyPath<Law, Double> & Sendable

    init(
        _ name: String,
        _ field: any WritableKeyPath<Law, Double> & Sendable,
        in range: ClosedRange<Double>,
        _ summary: String
    ) {
        self.name = name
        self.field = field
        self.range = range
        self.summary = summary
    }
}

extension Distribution {
    /// The law with these values for its parameters, by name.
    ///
    /// - Parameter values: As written: `0.99`, or `20%` for a part of a whole.
    public init(_ values: [(name: String, text: String)]) throws(WordingProblem) {
        self.init()
        var given: [String] = []
        for (name, text) in values {
            guard let parameter = Self.parameters.first(where: { $0.name == name }) else {
                throw Self.unknown(parameter: name)
            }
            guard !given.contains(name) else {
                throw WordingProblem("\(name) is given twice", fix: "remove one of them")
            }
            given.append(name)
            let number =
                parameter.range.upperBound <= 1 ? parsedShare(text) : plainNumber(text)
            guard let number, parameter.range.contains(number) else {
                throw Self.outOfRange(parameter, text)
            }
            self[keyPath: parameter.field] = number
        }
        if let contradiction {
            throw WordingProblem(contradiction, fix: "see `ordeal list distributions`")
        }
    }

    /// The values that differ from the defaults, by name.
    public var settings: [(name: String, value: Double)] {
        let plain = Self()
        return Self.parameters.compactMap { parameter in
            let value = self[keyPath: parameter.field]
            return value == plain[keyPath: parameter.field] ? nil : (parameter.name, value)
        }
    }

    /// The name and what differs from the defaults: `zipfian:exponent=0.8`.
    public var text: String {
        let values = settings.map { "\($0.name)=\(decimalText($0.value))" }
        return ([Self.name] + (values.isEmpty ? [] : [values.joined(separator: ",")]))
            .joined(separator: ":")
    }

    /// Name, default and meaning of each parameter, for listings.
    public static var parameterLines: [(name: String, standard: Double, summary: String)] {
        let plain = Self()
        return parameters.map { ($0.name, plain[keyPath: $0.field], $0.summary) }
    }

    private static func unknown(parameter: String) -> WordingProblem {
        let names = parameters.map(\.name)
        return WordingProblem(
            "\(name) has no parameter \"\(parameter)\"",
            fix: names.isEmpty
                ? "\(name) takes none"
                : suggestion(for: parameter, among: names, what: "parameters")
        )
    }

    private static func outOfRange(
        _ parameter: LawParameter<Self>,
        _ text: String
    )
        -> WordingProblem
    {
        let range = parameter.range
        let bounds = "\(decimalText(range.lowerBound)) to \(decimalText(range.upperBound))"
        let percent =
            range.upperBound <= 1
            ? ", or \(decimalText(range.lowerBound * 100))% to "
                + "\(decimalText(range.upperBound * 100))%"
            : ""
        return WordingProblem(
            "\"\(text)\" is no \(parameter.name) of \(name)",
            fix: "write \(bounds)\(percent)"
        )
    }
}
