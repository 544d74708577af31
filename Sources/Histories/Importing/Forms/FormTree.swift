/// One form of EDN or JSON, flat: a node, its children right behind it, then what follows.
struct FormNode {
    enum Kind: UInt8 {
        case nothing
        case boolean
        case integer
        /// A fraction, a ratio, an infinity.
        case number
        case text
        /// A text in which a backslash stands.
        case escapedText
        case keyword
        case symbol
        case character
        case list
        case vector
        case set
        case map
        /// Its one child is what was tagged.
        case tagged
    }

    var kind: Kind
    /// Where it stands in the window: an atom without its quotes or colon, a container whole.
    var start: UInt32
    var end: UInt32
    /// The first node that is not part of this one.
    var next: UInt32
}

/// The nodes of one form, with the window they point into.
struct FormTree {
    static let mostNodes = 1 << 24

    var nodes: [FormNode] = []

    mutating func append(_ kind: FormNode.Kind, _ start: Int, _ end: Int) {
        nodes.append(
            FormNode(
                kind: kind,
                start: UInt32(truncatingIfNeeded: start),
                end: UInt32(truncatingIfNeeded: end),
                next: UInt32(truncatingIfNeeded: nodes.count + 1)
            )
        )
    }

    /// The node itself, or what is tagged.
    func untagged(_ index: Int) -> Int {
        var index = index
        while nodes[index].kind == .tagged, next(index) > index + 1 { index += 1 }
        return index
    }

    func kind(_ index: Int) -> FormNode.Kind { nodes[index].kind }

    func next(_ index: Int) -> Int { Int(nodes[index].next) }

    func start(_ index: Int) -> Int { Int(nodes[index].start) }

    func range(_ index: Int) -> Range<Int> { Int(nodes[index].start)..<Int(nodes[index].end) }

    func isContainer(_ index: Int) -> Bool {
        switch nodes[index].kind {
        case .list, .vector, .set, .map: true
        default: false
        }
    }

    /// A list, a vector or a set.
    func isSequence(_ index: Int) -> Bool { isContainer(index) && nodes[index].kind != .map }

    func children(_ index: Int) -> FormChildren {
        FormChildren(tree: self, place: index + 1, end: next(index))
    }

    /// Of a sequence the first elements, as many as are asked for, and how many there are.
    func childCount(_ index: Int, atMost limit: Int) -> Int {
        var count = 0
        var place = index + 1
        while place < next(index), count < limit {
            count += 1
            place = next(place)
        }
        return count
    }

    /// What the node is called in a message.
    func description(_ index: Int, _ bytes: [UInt8]) -> String {
        switch nodes[index].kind {
        case .nothing: "nothing"
        case .list: "a list"
        case .vector: "a vector"
        case .set: "a set"
        case .map: "a map"
        case .tagged: "a tagged value"
        case .text, .escapedText: "the text " + excerpt(index, bytes)
        default: excerpt(index, bytes)
        }
    }

    func excerpt(_ index: Int, _ bytes: [UInt8]) -> String {
        let text = FormText.text(index, self, bytes)
        return text.count > 40 ? text.prefix(40) + "…" : text
    }
}

/// The children of a node, one after the other.
struct FormChildren: Sequence, IteratorProtocol {
    let tree: FormTree
    var place: Int
    let end: Int

    mutating func next() -> Int? {
        guard place < end else { return nil }
        defer { place = tree.next(place) }
        return place
    }
}
