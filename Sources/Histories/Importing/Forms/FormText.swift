/// The texts by which values and keys of a history are told apart.
enum FormText {
    /// EDN that is the same for equal values: one space between elements, maps and sets sorted.
    static func text(_ index: Int, _ tree: FormTree, _ bytes: [UInt8]) -> String {
        switch tree.kind(index) {
        case .nothing: "nil"
        case .boolean, .symbol: plain(tree.range(index), bytes)
        case .number: number(tree.range(index), bytes)
        case .integer: integer(tree.range(index), bytes)
        case .keyword: ":" + plain(tree.range(index), bytes)
        case .character: "\\" + plain(tree.range(index), bytes)
        case .text: "\"" + plain(tree.range(index), bytes) + "\""
        case .escapedText: quoted(unescaped(tree.range(index), bytes))
        case .list, .vector: "[" + elements(index, tree, bytes).joined(separator: " ") + "]"
        case .set: "#{" + elements(index, tree, bytes).sorted().joined(separator: " ") + "}"
        case .map: map(index, tree, bytes)
        case .tagged: text(tree.untagged(index), tree, bytes)
        }
    }

    /// A key's name: a text without its quotes, so that `"7"` in JSON and 7 are one key.
    static func name(_ index: Int, _ tree: FormTree, _ bytes: [UInt8]) -> String {
        switch tree.kind(index) {
        case .text: plain(tree.range(index), bytes)
        case .escapedText: unescaped(tree.range(index), bytes)
        default: text(index, tree, bytes)
        }
    }

    static func plain(_ range: Range<Int>, _ bytes: [UInt8]) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// The readers have seen that every escape is whole.
    static func unescaped(_ range: Range<Int>, _ bytes: [UInt8]) -> String {
        var units: [UInt16] = []
        var rest = bytes[range]
        var plainStart = rest.startIndex
        while let place = rest.firstIndex(of: UInt8(ascii: "\\")), place + 1 < range.upperBound {
            units.append(contentsOf: plain(plainStart..<place, bytes).utf16)
            var next = place + 2
            switch bytes[place + 1] {
            case UInt8(ascii: "n"): units.append(10)
            case UInt8(ascii: "r"): units.append(13)
            case UInt8(ascii: "t"): units.append(9)
            case UInt8(ascii: "b"): units.append(8)
            case UInt8(ascii: "f"): units.append(12)
            case UInt8(ascii: "u"):
                next = min(place + 6, range.upperBound)
                units.append(UInt16(plain(place + 2..<next, bytes), radix: 16) ?? 0xFFFD)
            case let other: units.append(UInt16(other))
            }
            plainStart = next
            rest = bytes[next..<range.upperBound]
        }
        units.append(contentsOf: plain(plainStart..<range.upperBound, bytes).utf16)
        return String(decoding: units, as: UTF16.self)
    }

    /// Without a plus, an `N` for arbitrary precision, or a minus before nothing but zeros.
    private static func integer(_ range: Range<Int>, _ bytes: [UInt8]) -> String {
        var range = range
        if bytes[range.lowerBound] == UInt8(ascii: "+") { range = range.dropFirst() }
        if bytes[range.upperBound - 1] == UInt8(ascii: "N") { range = range.dropLast() }
        if range.count == 2, bytes[range.lowerBound] == UInt8(ascii: "-"),
            bytes[range.lowerBound + 1] == UInt8(ascii: "0")
        {
            range = range.dropFirst()
        }
        return plain(range, bytes)
    }

    /// Of a decimal without the zeros at its end, so that 1.50 and 1.5 are one.
    private static func number(_ range: Range<Int>, _ bytes: [UInt8]) -> String {
        var text = bytes[range].drop { $0 == UInt8(ascii: "+") }
        guard text.contains(UInt8(ascii: ".")),
            text.allSatisfy({ "-.0123456789".utf8.contains($0) })
        else { return plain(range, bytes) }
        while text.last == UInt8(ascii: "0") { text.removeLast() }
        // What is whole remains a decimal: 1.0 is not 1.
        if text.last == UInt8(ascii: ".") { text.append(UInt8(ascii: "0")) }
        return String(decoding: text, as: UTF8.self)
    }

    private static func elements(_ index: Int, _ tree: FormTree, _ bytes: [UInt8]) -> [String] {
        tree.children(index).map { text($0, tree, bytes) }
    }

    private static func map(_ index: Int, _ tree: FormTree, _ bytes: [UInt8]) -> String {
        let parts = elements(index, tree, bytes)
        let entries = stride(from: 0, to: parts.count - 1, by: 2)
            .map { parts[$0] + " " + parts[$0 + 1] }
        return "{" + entries.sorted().joined(separator: " ") + "}"
    }
}
