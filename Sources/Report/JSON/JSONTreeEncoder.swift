/// Turns an `Encodable` value into a `JSONValue`, so that no effectful encoder is needed.
enum JSONTreeEncoder {
    static func tree(of value: some Encodable) throws -> JSONValue {
        let node = JSONNode()
        try node.encode(value, path: [])
        return node.value
    }
}

/// A place in the document that is being written.
final class JSONNode {
    private enum Content {
        case leaf(JSONValue)
        case array([JSONNode])
        case object([(name: String, node: JSONNode)])
    }

    private var content = Content.leaf(.null)

    var value: JSONValue {
        switch content {
        case .leaf(let value): value
        case .array(let nodes): .array(nodes.map(\.value))
        case .object(let members): .object(members.map { .init($0.name, $0.node.value) })
        }
    }

    func set(_ value: JSONValue) {
        content = .leaf(value)
    }

    func becomeArray() {
        guard case .array = content else {
            content = .array([])
            return
        }
    }

    func becomeObject() {
        guard case .object = content else {
            content = .object([])
            return
        }
    }

    var count: Int {
        guard case .array(let nodes) = content else { return 0 }
        return nodes.count
    }

    func appendElement() -> JSONNode {
        let node = JSONNode()
        if case .array(var nodes) = content {
            content = .leaf(.null)
            nodes.append(node)
            content = .array(nodes)
        }
        return node
    }

    func appendMember(_ name: String) -> JSONNode {
        let node = JSONNode()
        if case .object(var members) = content {
            content = .leaf(.null)
            members.append((name, node))
            content = .object(members)
        }
        return node
    }

    /// Plain values are written at once: asking them to encode themselves would be a detour.
    func encode<Value: Encodable>(_ value: Value, path: [any CodingKey]) throws {
        switch value {
        case let value as String: set(.string(value))
        case let value as Int: set(.integer(Int64(value)))
        case let value as Double: set(.number(value))
        case let value as Bool: set(.bool(value))
        default: try value.encode(to: JSONNodeEncoder(node: self, codingPath: path))
        }
    }
}

/// The view of a node that `Encodable` asks for.
struct JSONNodeEncoder: Encoder {
    let node: JSONNode
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        node.becomeObject()
        return KeyedEncodingContainer(JSONObjectContainer(node: node, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.becomeArray()
        return JSONArrayContainer(node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        JSONLeafContainer(node: node, codingPath: codingPath)
    }
}
