/// Reads EDN: one form after the other, or the elements of one vector or list.
///
/// Nesting costs an entry of an array, never a frame of the stack.
struct EDNReader: FormReader {
    /// A form that has begun: a container, or a prefix that waits for the form it belongs to.
    private struct Open {
        enum Kind {
            case container(closing: UInt8)
            case tag
            case discard
        }

        var kind: Kind
        var node: Int
        var children: Int
        var start: Int
    }

    private(set) var tree = FormTree()
    private var open: [Open] = []
    /// What closes the vector or list around all forms.
    private var outer: UInt8?
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
            guard skipBlanks(bytes, &place) || isLast else { throw .incomplete }
            guard place < bytes.count else { break }
            if open.isEmpty, let event = try punctuation(bytes, at: place) { return event }
            try readToken(bytes, &place, isLast: isLast)
            if open.isEmpty, !tree.nodes.isEmpty {
                isFirst = false
                return .form(end: place)
            }
        }
        if !open.isEmpty || (isLast && outer != nil) {
            guard isLast else { throw .incomplete }
            throw .fault(.truncated(inside: inside(bytes)), at: place)
        }
        return .blank(end: place)
    }

    /// The brackets around all forms.
    private mutating func punctuation(
        _ bytes: Span<UInt8>,
        at place: Int
    ) throws(FormStop) -> FormEvent? {
        let byte = bytes[place]
        if isOver {
            throw .fault(.unexpected(found: EDNToken.name(byte), expected: "the end"), at: place)
        }
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "("):
            guard isFirst else { return nil }
            isFirst = false
            outer = byte == UInt8(ascii: "[") ? UInt8(ascii: "]") : UInt8(ascii: ")")
            return .punctuation(end: place + 1)
        case UInt8(ascii: "]"), UInt8(ascii: ")"), UInt8(ascii: "}"):
            guard byte == outer else {
                throw .fault(
                    .unbalanced(
                        found: EDNToken.name(byte),
                        expected: outer.map(EDNToken.name)
                    ),
                    at: place
                )
            }
            outer = nil
            isOver = true
            return .punctuation(end: place + 1)
        default: return nil
        }
    }

    private mutating func readToken(
        _ bytes: Span<UInt8>,
        _ place: inout Int,
        isLast: Bool
    ) throws(FormStop) {
        switch bytes[place] {
        case UInt8(ascii: "["): try push(.vector, closing: UInt8(ascii: "]"), &place, 1)
        case UInt8(ascii: "("): try push(.list, closing: UInt8(ascii: ")"), &place, 1)
        case UInt8(ascii: "{"): try push(.map, closing: UInt8(ascii: "}"), &place, 1)
        case UInt8(ascii: "]"), UInt8(ascii: ")"), UInt8(ascii: "}"): try close(bytes, &place)
        case UInt8(ascii: "#"): try readDispatch(bytes, &place, isLast: isLast)
        case UInt8(ascii: "^"):
            // Metadata is no part of the value that it stands before.
            try push(Open(kind: .discard, node: tree.nodes.count, children: 0, start: place))
            place += 1
        default:
            let token = try EDNToken.read(bytes, from: place, isLast: isLast)
            guard tree.nodes.count < FormTree.mostNodes else {
                throw .fault(.tooManyElements(limit: FormTree.mostNodes), at: place)
            }
            tree.append(token.kind, token.start, token.end)
            place = token.next
            completed(tree.nodes.count - 1)
        }
    }

    /// What begins with `#`: a set, a discarded form, a symbolic value, a tag.
    private mutating func readDispatch(
        _ bytes: Span<UInt8>,
        _ place: inout Int,
        isLast: Bool
    ) throws(FormStop) {
        guard place + 1 < bytes.count else {
            guard isLast else { throw .incomplete }
            throw .fault(.truncated(inside: "a form"), at: bytes.count)
        }
        switch bytes[place + 1] {
        case UInt8(ascii: "{"): try push(.set, closing: UInt8(ascii: "}"), &place, 2)
        case UInt8(ascii: "_"):
            try push(Open(kind: .discard, node: tree.nodes.count, children: 0, start: place))
            place += 2
        case UInt8(ascii: "#"):
            let end = try EDNToken.end(bytes, from: place + 2, isLast: isLast)
            tree.append(.number, place, end)
            place = end
            completed(tree.nodes.count - 1)
        default:
            let end = try EDNToken.end(bytes, from: place + 1, isLast: isLast)
            guard end > place + 1 else {
                throw .fault(
                    .unexpected(found: EDNToken.name(bytes[place + 1]), expected: "a tag"),
                    at: place + 1
                )
            }
            try push(Open(kind: .tag, node: tree.nodes.count, children: 0, start: place))
            tree.append(.tagged, place, end)
            place = end
        }
    }

    private mutating func push(
        _ kind: FormNode.Kind,
        closing: UInt8,
        _ place: inout Int,
        _ length: Int
    ) throws(FormStop) {
        try push(
            Open(
                kind: .container(closing: closing),
                node: tree.nodes.count,
                children: 0,
                start: place
            )
        )
        tree.append(kind, place, place + length)
        place += length
    }

    private mutating func push(_ entry: Open) throws(FormStop) {
        guard open.count < FormLimit.depth else {
            throw .fault(.nestingTooDeep(limit: FormLimit.depth), at: entry.start)
        }
        open.append(entry)
    }

    private mutating func close(_ bytes: Span<UInt8>, _ place: inout Int) throws(FormStop) {
        let found = bytes[place]
        guard let entry = open.last else {
            throw .fault(.unbalanced(found: EDNToken.name(found), expected: nil), at: place)
        }
        guard case .container(let closing) = entry.kind else {
            throw .fault(
                .unexpected(found: EDNToken.name(found), expected: "a form"),
                at: place
            )
        }
        guard found == closing else {
            throw .fault(
                .unbalanced(found: EDNToken.name(found), expected: EDNToken.name(closing)),
                at: place
            )
        }
        if tree.kind(entry.node) == .map, entry.children % 2 == 1 {
            throw .fault(
                .unexpected(found: EDNToken.name(found), expected: "the value of a key"),
                at: place
            )
        }
        open.removeLast()
        place += 1
        tree.nodes[entry.node].end = UInt32(truncatingIfNeeded: place)
        tree.nodes[entry.node].next = UInt32(truncatingIfNeeded: tree.nodes.count)
        completed(entry.node)
    }

    /// Gives the form to the prefixes that wait for it, and counts it for the container it is in.
    private mutating func completed(_ node: Int) {
        while let entry = open.last {
            switch entry.kind {
            case .container:
                open[open.count - 1].children += 1
                return
            case .tag:
                open.removeLast()
                tree.nodes[entry.node].next = UInt32(truncatingIfNeeded: tree.nodes.count)
            case .discard:
                open.removeLast()
                tree.nodes.removeSubrange(entry.node...)
                return
            }
        }
    }

    /// False when the window ends within a comment.
    private func skipBlanks(_ bytes: Span<UInt8>, _ place: inout Int) -> Bool {
        while place < bytes.count {
            switch bytes[place] {
            case 9...13, 28...32, UInt8(ascii: ","): place += 1
            case UInt8(ascii: ";"):
                while place < bytes.count, bytes[place] != UInt8(ascii: "\n") { place += 1 }
                if place == bytes.count { return false }
            default: return true
            }
        }
        return true
    }

    private func inside(_ bytes: Span<UInt8>) -> String {
        for entry in open.reversed() {
            switch entry.kind {
            case .container(let closing): return "a form that \(EDNToken.name(closing)) closes"
            case .tag: return "a tagged form"
            case .discard: return "a discarded form"
            }
        }
        return "what \(outer.map(EDNToken.name) ?? "a bracket") closes"
    }
}
