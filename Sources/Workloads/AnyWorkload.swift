/// Any registered workload, named by `kind` beside its parameters.
public struct AnyWorkload: Codable, Sendable {
    public var base: any Workload

    public init(_ base: any Workload) {
        self.base = base
    }

    public var name: String { type(of: base).name }

    private enum CodingKeys: String, CodingKey {
        case kind
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let name = try container.decode(String.self, forKey: .kind)
        guard let kind = workloads.first(where: { $0.name == name }) else {
            let names = workloads.map { $0.name }.joined(separator: ", ")
            throw DecodingError.dataCorruptedError(
                forKey: .kind,
                in: container,
                debugDescription: "no workload '\(name)'; there are \(names)"
            )
        }
        base = try kind.init(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .kind)
        try base.encode(to: encoder)
    }
}
