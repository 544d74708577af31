/// A JSON document as a value; objects keep the order of their members.
public enum JSONValue: Sendable, Hashable {
    public struct Member: Sendable, Hashable {
        public var name: String
        public var value: JSONValue

        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    case null
    case bool(Bool)
    case integer(Int64)
    case unsigned(UInt64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([Member])

    var isLeaf: Bool {
        switch self {
        case .array, .object: false
        default: true
        }
    }
}
