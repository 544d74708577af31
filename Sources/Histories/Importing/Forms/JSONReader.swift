/// Reads JSON: one value after the other, or the elements of one array.
struct JSONReader: FormReader {
    private struct Open {
        var node: Int
        var isObject: Bool
        var children: Int
        /// What may come next in the container.
        var state: State
    }

    private enum State {
        case first
        case separator
        /// After a comma.
        case element
        /// After a member's name.
        case colon
        /// After a colon.
        case member
    }

    private(set) var tree = FormTree()
    private var open: [Open] = []
    /// Between the elements of the array around all; nil without one.
    private var outer: State?
    private var isFirst = true
    private var isOver = false

    mutating func read(
        _ bytes: Span<UInt8>,
        from start: Int,
        isLast: Bool
    ) throws(FormStop) -> FormEvent {
        tree.nodes.removeAll(keepingCapacity: true)
        open.removeAll(keepingCapacity: true)
        var place = start
        while true {
            while place < bytes.count, isBlank(bytes[place]) { place += 1 }
            guard place < bytes.count else { break }
            if open.isEmpty, let event = try punctuation(bytes, at: place) { return event }
            try readToken(bytes, &place, isLast: isLast)
            if open.isEmpty {
                isFirst = false
                if outer != nil { outer = .separator }
                return .form(end: place)
            }
        }
        if !open.isEmpty || (isLast && outer != nil) {
            guard isLast else { throw .incomplete }
            throw .fault(.truncated(inside: open.last.map(name) ?? "the array"), at: place)
        }
        return .blank(end: place)
    }

    private mutating func punctuation(
        _ bytes: Span<UInt8>,
        at place: Int
    ) throws(FormStop) -> FormEvent? {
        let byte = bytes[place]
        if isOver { throw unexpected(byte, "the end", place) }
        if isFirst, byte == UInt8(ascii: "[") {
            isFirst = false
            outer = .first
            return .punctuation(end: place + 1)
        }
        switch (byte, outer) {
        case (UInt8(ascii: "]"), .first), (UInt8(ascii: "]"), .separator):
            outer = nil
            isOver = true
            return .punctuation(end: place + 1)
        case (UInt8(ascii: ","), .separator):
            outer = .element
            return .punctuation(end: place + 1)
        case (UInt8(ascii: "]"), nil), (UInt8(ascii: "}"), _):
            throw .fault(.unbalanced(found: EDNToken.name(byte), expected: nil), at: place)
        case (_, .separator): throw unexpected(byte, "a comma", place)
        default: return nil
        }
    }

    private mutating func readToken(
        _ bytes: Span<UInt8>,
        _ place: inout Int,
        isLast: Bool
    ) throws(FormStop) {
        let byte = bytes[place]
        switch byte {
        case UInt8(ascii: "]"), UInt8(ascii: "}"): try close(byte, &place)
        case UInt8(ascii: ","):
            guard let entry = open.last, entry.state == .separator else {
                throw unexpected(byte, "a value", place)
            }
            open[open.count - 1].state = .element
            place += 1
        case UInt8(ascii: ":"):
            guard let entry = open.last, entry.state == .colon else {
                throw unexpected(byte, "a value", place)
            }
            open[open.count - 1].state = .member
            place += 1
        default: try readValue(bytes, &place, isLast: isLast)
        }
    }

    private mutating func readValue(
        _ bytes: Span<UInt8>,
        _ place: inout Int,
        isLast: Bool
    ) throws(FormStop) {
        let byte = bytes[place]
        if let entry = open.last {
            let isName = entry.isObject && entry.state != .member
            switch entry.state {
            case .separator: throw unexpected(byte, "a comma", place)
            case .colon: throw unexpected(byte, "a colon", place)
            case .first, .element, .member:
                if isName, byte != UInt8(ascii: "\"") {
                    throw unexpected(byte, "a member's name", place)
                }
            }
            open[open.count - 1].state = isName ? .colon : .separator
            open[open.count - 1].children += 1
        }
        guard tree.nodes.count < FormTree.mostNodes else {
            throw .fault(.tooManyElements(limit: FormTree.mostNodes), at: place)
        }
        if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
            guard open.count < FormLimit.depth else {
                throw .fault(.nestingTooDeep(limit: FormLimit.depth), at: place)
            }
            let isObject = byte == UInt8(ascii: "{")
            open.append(
                Open(node: tree.nodes.count, isObject: isObject, children: 0, state: .first)
            )
            tree.append(isObject ? .map : .vector, place, place + 1)
            place += 1
        } else {
            try readAtom(bytes, &place, isLast: isLast)
        }
    }

    private mutating func readAtom(
        _ bytes: Span<UInt8>,
        _ place: inout Int,
        isLast: Bool
    ) throws(FormStop) {
        if bytes[place] == UInt8(ascii: "\"") {
            let text = try QuotedText.read(bytes, from: place, isLast: isLast)
            tree.append(text.isEscaped ? .escapedText : .text, place + 1, text.end)
            place = text.end + 1
            return
        }
        var end = place
        while end < bytes.count, !isDelimiter(bytes[end]) { end += 1 }
        try FormLimit.check(atom: place..<end)
        if end == bytes.count, !isLast { throw .incomplete }
        let range = place..<end
        let kind: FormNode.Kind
        if bytes.spells("null", at: range) {
            kind = .nothing
        } else if bytes.spells("true", at: range) || bytes.spells("false", at: range) {
            kind = .boolean
        } else {
            kind = try numberKind(bytes, range)
        }
        tree.append(kind, place, end)
        place = end
    }

    private func numberKind(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>
    ) throws(FormStop) -> FormNode.Kind {
        var kind = FormNode.Kind.integer
        var hasDigit = false
        for index in range {
            switch bytes[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): hasDigit = true
            case UInt8(ascii: "-") where index == range.lowerBound: continue
            case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"),
                UInt8(ascii: "-"):
                guard hasDigit else { throw unexpected(bytes[index], "a value", index) }
                kind = .number
            default: throw unexpected(bytes[index], "a value", index)
            }
        }
        guard hasDigit else {
            throw unexpected(bytes[range.lowerBound], "a value", range.lowerBound)
        }
        return kind
    }

    private mutating func close(_ byte: UInt8, _ place: inout Int) throws(FormStop) {
        guard let entry = open.last, entry.isObject == (byte == UInt8(ascii: "}")) else {
            throw .fault(
                .unbalanced(
                    found: EDNToken.name(byte),
                    expected: open.last.map { $0.isObject ? "}" : "]" }
                ),
                at: place
            )
        }
        guard entry.state == .first || entry.state == .separator else {
            throw unexpected(byte, "a value", place)
        }
        open.removeLast()
        place += 1
        tree.nodes[entry.node].end = UInt32(truncatingIfNeeded: place)
        tree.nodes[entry.node].next = UInt32(truncatingIfNeeded: tree.nodes.count)
    }

    private func name(_ entry: Open) -> String { entry.isObject ? "an object" : "an array" }

    private func unexpected(_ byte: UInt8, _ expected: String, _ place: Int) -> FormStop {
        .fault(.unexpected(found: EDNToken.name(byte), expected: expected), at: place)
    }

    private func isBlank(_ byte: UInt8) -> Bool {
        byte == 32 || (9...10).contains(byte) || byte == 13
    }

    private func isDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...32, UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "]"), UInt8(ascii: "}"),
            UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "\""):
            true
        default: false
        }
    }
}
