/// Any registered law, written as its name alone or with its parameters: `zipfian`,
/// `{ kind: zipfian, exponent: 0.9 }`.
public struct AnyDistribution: Codable, Sendable, Equatable {
    public var base: any Distribution

    public init(_ base: any Distribution) {
        self.base = base
    }

    private enum CodingKeys: String, CodingKey {
        case kind
    }

    public init(from decoder: any Decoder) throws {
        if let name = try? decoder.singleValueContainer().decode(String.self) {
            base = try Self.kind(name, at: decoder.codingPath).init()
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let name = try container.decode(String.self, forKey: .kind)
        base = try Self.kind(name, at: container.codingPath + [CodingKeys.kind])
            .init(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(type(of: base).name, forKey: .kind)
        try base.encode(to: encoder)
    }

    public static func == (left: Self, right: Self) -> Bool {
        equals(left.base, right.base)
    }

    private static func equals<Law: Distribution>(_ left: Law, _ right: any Distribution) -> Bool {
        left == right as? Law
    }

    private static func kind(
        _ name: String,
        at path: [any CodingKey]
    ) throws -> any Distribution.Type {
        guard let kind = distributions.first(where: { $0.name == name }) else {
            let names = distributions.map { $0.name }.joined(separator: ", ")
            throw DecodingError.dataCorrupted(
                .init(codingPath: path, debugDescription: "no law '\(name)'; there are \(names)")
            )
        }
        return kind
    }
}
