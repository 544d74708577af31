/// A key that all clients share, as read from every replica after heal and convergence.
public struct CopyReading: Sendable, Hashable {
    /// What one replica answered.
    public enum Content: Sendable, Hashable {
        case absent
        /// Equal digests stand for equal contents; the text is for people.
        case held(digest: UInt64, text: String)
        /// The replica did not answer.
        case unread
    }

    public struct Copy: Sendable, Hashable {
        public var node: Int
        public var isPrimary: Bool
        public var content: Content

        public init(node: Int, isPrimary: Bool, content: Content) {
            self.node = node
            self.isPrimary = isPrimary
            self.content = content
        }
    }

    public var key: String
    public var shard: Int
    public var copies: [Copy]

    public init(key: String, shard: Int, copies: [Copy]) {
        self.key = key
        self.shard = shard
        self.copies = copies
    }

    /// Who holds what, if they do not all hold the same.
    var divergence: String? {
        let read = copies.filter { $0.content != .unread }
        guard let first = read.first, read.contains(where: { $0.content != first.content }) else {
            return nil
        }
        return read.map { copy in
            switch copy.content {
            case .absent: "node \(copy.node): nothing"
            case .held(_, let text): "node \(copy.node): \(text)"
            case .unread: "node \(copy.node): ?"
            }
        }.joined(separator: ", ")
    }
}
