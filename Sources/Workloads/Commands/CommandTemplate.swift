public import Quantities

/// A command with holes: `SET __key__ __value__ EX 60`.
///
/// Words are parted by blanks; one in double quotes may hold some, and `\"`, `\\`, `\n`, `\r`, `\t`,
/// `\xHH`. A hole may stand inside a word: `{user:__key__}:visits`.
public struct CommandTemplate: Sendable, Equatable {
    public let text: String
    let arguments: [[Piece]]

    enum Piece: Sendable, Equatable {
        case literal([UInt8])
        /// The n-th key of the command: the first is the request's, the others follow it in number.
        case key(Int)
        case value
        /// Milliseconds until the value expires.
        case lifetime
    }

    public static let get = Self([[.literal(Array("GET".utf8))], [.key(0)]], "GET __key__")
    public static let set = Self(
        [[.literal(Array("SET".utf8))], [.key(0)], [.value]],
        "SET __key__ __value__"
    )
    static let expiringSet = Self(
        [
            [.literal(Array("SET".utf8))], [.key(0)], [.value], [.literal(Array("PX".utf8))],
            [.lifetime],
        ],
        "SET __key__ __value__ PX __lifetime__"
    )

    private init(_ arguments: [[Piece]], _ text: String) {
        self.arguments = arguments
        self.text = text
    }

    public init(parsing text: String) throws(WordingProblem) {
        self.text = text
        var keys = 0
        var arguments: [[Piece]] = []
        for word in try CommandWords.split(text) {
            arguments.append(try Self.pieces(of: word, keys: &keys))
        }
        guard case .literal(let first)? = arguments.first?.first, arguments[0].count == 1 else {
            throw WordingProblem(
                arguments.isEmpty ? "no command" : "a command begins with its name",
                fix: "write `GET __key__`"
            )
        }
        self.arguments = arguments
        let name = String(decoding: first, as: UTF8.self).uppercased()
        if let reason = Self.refused[name] {
            throw WordingProblem("\(name) \(reason)", fix: "load is one request, one reply")
        }
    }

    /// In capitals.
    public var name: String {
        guard case .literal(let bytes)? = arguments.first?.first else { return "" }
        return String(decoding: bytes, as: UTF8.self).uppercased()
    }

    public var hasKey: Bool { keyCount > 0 }
    public var hasValue: Bool { arguments.contains { $0.contains(.value) } }

    /// Whether it names several keys, which a cluster may have in different slots.
    public var hasSeveralKeys: Bool { keyCount > 1 }

    var keyCount: Int {
        arguments.reduce(0) { sum, pieces in
            sum + pieces.count { if case .key = $0 { true } else { false } }
        }
    }

    /// Most that a command has keys.
    static let mostKeys = 1000

    private static let refused: [String: String] = [
        "SUBSCRIBE": "is answered more than once", "PSUBSCRIBE": "is answered more than once",
        "SSUBSCRIBE": "is answered more than once", "UNSUBSCRIBE": "is answered more than once",
        "PUNSUBSCRIBE": "is answered more than once", "SUNSUBSCRIBE": "is answered more than once",
        "MONITOR": "is answered for ever", "SYNC": "is answered with a snapshot",
        "PSYNC": "is answered with a snapshot", "QUIT": "ends the connection",
        "SHUTDOWN": "ends the server", "MULTI": "changes what later answers mean",
        "HELLO": "changes the protocol", "RESET": "changes the protocol",
    ]

    private static func pieces(
        of word: [UInt8],
        keys: inout Int
    ) throws(WordingProblem) -> [Piece] {
        let text = String(decoding: word, as: UTF8.self)
        guard text.contains("__") else { return [.literal(word)] }
        var pieces: [Piece] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "__"),
            let end = rest[start.upperBound...].firstRange(of: "__")
        {
            let name = rest[start.upperBound..<end.lowerBound]
            let before = rest[..<start.lowerBound]
            if !before.isEmpty { pieces.append(.literal(Array(before.utf8))) }
            switch name {
            case "key":
                pieces.append(.key(keys))
                keys += 1
            case "value", "data": pieces.append(.value)
            default:
                throw WordingProblem(
                    "there is nothing called __\(name)__",
                    fix: suggestion(for: String(name), among: ["key", "value"], what: "holes")
                )
            }
            rest = rest[end.upperBound...]
        }
        if !rest.isEmpty { pieces.append(.literal(Array(rest.utf8))) }
        guard keys <= mostKeys else {
            throw WordingProblem("more than \(mostKeys) keys", fix: "write fewer")
        }
        return pieces
    }
}

extension CommandTemplate: Codable {
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
