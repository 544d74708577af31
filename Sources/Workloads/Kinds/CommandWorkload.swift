/// The user's own commands, by their weights.
public struct CommandWorkload: RecordWorkload {
    public static let name = "commands"
    public static let summary = "your own commands, such as GET __key__, by their weights"
    public static let sharing = KeySharing.unjudged

    /// One command, and how often it is sent among the others.
    public struct Choice: Codable, Sendable, Equatable {
        public var command: CommandTemplate
        /// Above 0; in what unit does not matter.
        public var weight: Double

        public init(_ command: CommandTemplate, weight: Double = 1) {
            self.command = command
            self.weight = weight
        }
    }

    /// One at least.
    public var choices: [Choice]
    public var parameters = RecordParameters()

    public var mix: OperationMix { OperationMix(commands: choices.map(\.weight)) }
    public var commands: [CommandTemplate] { choices.map(\.command) }

    public init() {
        self.init([Choice(.get)])
    }

    /// - Parameter choices: One at least.
    public init(_ choices: [Choice]) {
        precondition(!choices.isEmpty, "Requests do something.")
        self.choices = choices
    }

    private enum CodingKeys: String, CodingKey {
        case commands
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let choices = try container.decode([Choice].self, forKey: .commands)
        guard !choices.isEmpty, choices.allSatisfy({ $0.weight > 0 && $0.weight <= 1e9 }) else {
            throw DecodingError.dataCorruptedError(
                forKey: .commands,
                in: container,
                debugDescription: "at least one command, each with a weight above 0"
            )
        }
        self.choices = choices
        parameters = try RecordParameters(from: decoder, defaults: parameters)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(choices, forKey: .commands)
        try parameters.encode(to: encoder)
    }
}
