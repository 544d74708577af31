/// One map of a Jepsen history: where its fields stand among the nodes of the form.
struct JepsenEvent {
    enum Kind {
        case invoke
        case ok
        case fail
        case info
    }

    var kind: Kind
    /// `nil` for what is no client: the nemesis.
    var process: String?
    /// The node of the field's value; nil where the field is missing.
    var function: Int?
    var value: Int?
    var key: Int?
    var time: Int64?

    /// What the client is called where processes have no names.
    private static let onlyClient = "0"

    /// The fields of the map that a reader has just read.
    init(_ tree: FormTree, _ bytes: [UInt8]) throws(FormStop) {
        let map = tree.untagged(0)
        guard tree.kind(map) == .map else {
            throw Self.wrong("an operation", "a map", map, tree, bytes)
        }
        var (kindNode, processNode, timeNode): (Int?, Int?, Int?)
        var place = map + 1
        while place < tree.next(map) {
            let field = tree.range(place)
            let value = tree.untagged(tree.next(place))
            switch tree.kind(place) {
            case .keyword, .text:
                switch field.count {
                case 1 where bytes.span.spells("f", at: field): function = value
                case 3 where bytes.span.spells("key", at: field): key = value
                case 4 where bytes.span.spells("type", at: field): kindNode = value
                case 4 where bytes.span.spells("time", at: field): timeNode = value
                case 5 where bytes.span.spells("value", at: field): self.value = value
                case 7 where bytes.span.spells("process", at: field): processNode = value
                default: break
                }
            default: break
            }
            place = tree.next(tree.next(place))
        }
        guard let kindNode else { throw .fault(.missing(field: "type"), at: tree.start(map)) }
        kind = try Self.kind(kindNode, tree, bytes)
        // A history of one client need not name it.
        process =
            try processNode.map { node throws(FormStop) in
                try Self.client(node, tree, bytes)
            } ?? Self.onlyClient
        if let timeNode, tree.kind(timeNode) != .nothing {
            time = try Self.integer("time", timeNode, tree, bytes)
        }
    }

    /// Whether the function's name says that it writes; nil where there is no name.
    func writes(_ tree: FormTree, _ bytes: [UInt8]) -> Bool? {
        guard let function, tree.kind(function) != .nothing else { return nil }
        return ["write", "w"].contains(FormText.plain(tree.range(function), bytes))
    }

    /// A number that fits.
    static func integer(
        _ field: String,
        _ node: Int,
        _ tree: FormTree,
        _ bytes: [UInt8]
    ) throws(FormStop) -> Int64 {
        guard tree.kind(node) == .integer else {
            throw wrong(field, "a whole number", node, tree, bytes)
        }
        let text = FormText.text(node, tree, bytes)
        guard let number = Int64(text) else {
            throw .fault(.numberTooLarge(tree.excerpt(node, bytes)), at: tree.start(node))
        }
        return number
    }

    static func wrong(
        _ field: String,
        _ expected: String,
        _ node: Int,
        _ tree: FormTree,
        _ bytes: [UInt8]
    ) -> FormStop {
        .fault(
            .wrongType(
                field: field,
                expected: expected,
                found: tree.description(node, bytes)
            ),
            at: tree.start(node)
        )
    }

    private static func kind(
        _ node: Int,
        _ tree: FormTree,
        _ bytes: [UInt8]
    ) throws(FormStop) -> Kind {
        let range = tree.range(node)
        switch tree.kind(node) {
        case .keyword, .text:
            if bytes.span.spells("invoke", at: range) { return .invoke }
            if bytes.span.spells("ok", at: range) { return .ok }
            if bytes.span.spells("fail", at: range) { return .fail }
            if bytes.span.spells("info", at: range) { return .info }
        default: break
        }
        throw wrong("type", "invoke, ok, fail or info", node, tree, bytes)
    }

    /// The process's name, or nil for what is no client.
    private static func client(
        _ node: Int,
        _ tree: FormTree,
        _ bytes: [UInt8]
    ) throws(FormStop) -> String? {
        switch tree.kind(node) {
        case .integer: return String(try integer("process", node, tree, bytes))
        case .keyword, .symbol: return nil
        case .text:
            // JSON has no keywords.
            let text = FormText.plain(tree.range(node), bytes)
            return ["nemesis", ":nemesis"].contains(text) ? nil : text
        default: throw wrong("process", "a number or a name", node, tree, bytes)
        }
    }
}
