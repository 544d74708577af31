public import Histories

/// What one replica holds under a key after heal and convergence.
public enum CopyValue: Sendable, Hashable {
    case absent
    case stamped(WriteStamp)
    /// Bytes that are no stamped value of this key.
    case garbage
    /// The replica did not answer.
    case unread

    /// What the bytes of an answer say; `nil` bytes are a key that is not there.
    public init(bytes: [UInt8]?, key: Int) {
        guard let bytes else {
            self = .absent
            return
        }
        self = WriteStamp.decode(bytes.span, key: key).map(CopyValue.stamped) ?? .garbage
    }
}

/// One key as read from every replica.
public struct KeyReading: Sendable, Hashable {
    public struct Copy: Sendable, Hashable {
        public var node: Int
        public var isPrimary: Bool
        public var value: CopyValue

        public init(node: Int, isPrimary: Bool, value: CopyValue) {
            self.node = node
            self.isPrimary = isPrimary
            self.value = value
        }
    }

    public var key: Int
    public var shard: Int
    public var copies: [Copy]

    public init(key: Int, shard: Int, copies: [Copy]) {
        self.key = key
        self.shard = shard
        self.copies = copies
    }

    /// What a client is shown: the primary's value, or the newest copy where no primary answered.
    var survivor: CopyValue {
        for copy in copies where copy.isPrimary && copy.value != .unread { return copy.value }
        var best = CopyValue.unread
        for copy in copies {
            switch (best, copy.value) {
            case (.unread, _): best = copy.value
            case (.absent, .stamped), (.garbage, .stamped), (.absent, .garbage): best = copy.value
            case (.stamped(let held), .stamped(let other)) where other.sequence > held.sequence:
                best = copy.value
            default: continue
            }
        }
        return best
    }

    /// The copies' sequences, if they are not all the same.
    var divergence: Divergence? {
        let read = copies.filter { $0.value != .unread }
        guard let first = read.first, read.contains(where: { $0.value != first.value }) else {
            return nil
        }
        return Divergence(
            key: key,
            copies: read.map { copy in
                guard case .stamped(let stamp) = copy.value else {
                    return Divergence.Copy(node: copy.node, sequence: nil)
                }
                return Divergence.Copy(node: copy.node, sequence: stamp.sequence)
            }
        )
    }
}
