/// A text that is one form of EDN as a whole.
enum OneForm {
    static func read(_ text: String) -> (tree: FormTree, bytes: [UInt8])? {
        // In a map, as a vector that stands alone would be taken for one around forms.
        let bytes = Array("{\(text) nil}".utf8)
        var reader = EDNReader()
        guard case .form(let end)? = try? reader.read(bytes.span, from: 0, isLast: true),
            end == bytes.count, reader.tree.childCount(0, atMost: 3) == 2,
            extent(of: 1, reader.tree) == 1..<bytes.count - 5
        else { return nil }
        var tree = reader.tree
        tree.nodes.removeFirst()
        tree.nodes.removeLast()
        for index in tree.nodes.indices { tree.nodes[index].next -= 1 }
        return (tree, bytes)
    }

    /// With the quotes, the colon or the backslash.
    private static func extent(of index: Int, _ tree: FormTree) -> Range<Int> {
        let range = tree.range(index)
        switch tree.kind(index) {
        case .text, .escapedText: return range.lowerBound - 1..<range.upperBound + 1
        case .keyword, .character: return range.lowerBound - 1..<range.upperBound
        default: return range
        }
    }
}
