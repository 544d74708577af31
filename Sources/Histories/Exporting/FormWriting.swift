/// How a language writes the forms that operations are made of.
protocol FormWriting {
    static var begin: String { get }
    static var between: String { get }
    static var end: String { get }
    static var nothing: String { get }
    /// A value of a history, whose text is EDN or stands for itself.
    static func value(_ text: String) -> String
    static func word(_ name: String) -> String
    static func list(_ elements: some Sequence<String>) -> String
    /// A map from words to forms.
    static func record(_ fields: [(name: String, value: String)]) -> String
    /// A map from values to forms.
    static func map(_ entries: [(key: String, value: String)]) -> String
}

/// One map a line.
enum EDNText: FormWriting {
    static let begin = ""
    static let between = "\n"
    static let end = "\n"
    static let nothing = "nil"

    static func value(_ text: String) -> String {
        OneForm.read(text) != nil ? text : FormText.quoted(text)
    }

    static func word(_ name: String) -> String { ":" + name }

    static func list(_ elements: some Sequence<String>) -> String {
        "[" + elements.joined(separator: " ") + "]"
    }

    static func record(_ fields: [(name: String, value: String)]) -> String {
        "{" + fields.map { ":\($0.name) \($0.value)" }.joined(separator: ", ") + "}"
    }

    static func map(_ entries: [(key: String, value: String)]) -> String {
        "{" + entries.map { "\(value($0.key)) \($0.value)" }.joined(separator: ", ") + "}"
    }
}

/// One array, an object a line.
enum JSONForm: FormWriting {
    static let begin = "["
    static let between = ",\n"
    static let end = "]\n"
    static let nothing = "null"

    static func value(_ text: String) -> String {
        guard let form = OneForm.read(text) else { return FormText.quoted(text) }
        return value(0, form.tree, form.bytes)
    }

    static func word(_ name: String) -> String { "\"\(name)\"" }

    static func list(_ elements: some Sequence<String>) -> String {
        "[" + elements.joined(separator: ",") + "]"
    }

    static func record(_ fields: [(name: String, value: String)]) -> String {
        "{" + fields.map { "\"\($0.name)\":\($0.value)" }.joined(separator: ",") + "}"
    }

    static func map(_ entries: [(key: String, value: String)]) -> String {
        let members = entries.map { entry in
            let name = OneForm.read(entry.key).map { FormText.name(0, $0.tree, $0.bytes) }
            return "\(FormText.quoted(name ?? entry.key)):\(entry.value)"
        }
        return "{" + members.joined(separator: ",") + "}"
    }

    private static func value(_ index: Int, _ tree: FormTree, _ bytes: [UInt8]) -> String {
        switch tree.kind(index) {
        case .nothing: nothing
        case .boolean: FormText.plain(tree.range(index), bytes)
        case .integer:
            number(FormText.text(index, tree, bytes))
        case .text: FormText.quoted(FormText.plain(tree.range(index), bytes))
        case .escapedText: FormText.quoted(FormText.unescaped(tree.range(index), bytes))
        case .keyword, .symbol, .character:
            FormText.quoted(FormText.plain(tree.range(index), bytes))
        case .number: fraction(FormText.plain(tree.range(index), bytes))
        case .list, .vector, .set:
            list(tree.children(index).map { value($0, tree, bytes) })
        case .map: object(index, tree, bytes)
        case .tagged: value(tree.untagged(index), tree, bytes)
        }
    }

    private static func object(_ index: Int, _ tree: FormTree, _ bytes: [UInt8]) -> String {
        let parts = Array(tree.children(index))
        let members = stride(from: 0, to: parts.count - 1, by: 2).map { place in
            FormText.quoted(FormText.name(parts[place], tree, bytes)) + ":"
                + value(parts[place + 1], tree, bytes)
        }
        return "{" + members.joined(separator: ",") + "}"
    }

    /// JSON has no leading zeros.
    private static func number(_ text: String) -> String {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        return digits.count > 1 && digits.hasPrefix("0") ? FormText.quoted(text) : text
    }

    /// Ratios, infinities and exact decimals are texts there.
    private static func fraction(_ text: String) -> String {
        var reader = JSONReader()
        let bytes = Array(text.utf8)
        guard (try? reader.read(bytes.span, from: 0, isLast: true)) != nil else {
            return FormText.quoted(text)
        }
        return text
    }
}
