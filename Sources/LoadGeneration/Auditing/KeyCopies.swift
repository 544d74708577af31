public import Histories

/// What one replica holds under a key.
public enum StoredValue: Sendable, Hashable {
    case absent
    case stamped(WriteStamp)
    /// Bytes that no writer can have put under this key.
    case garbage
    /// The replica did not answer, or answered with an error.
    case unread
}

/// One key as every replica of its slot has it.
public struct KeyCopies: Sendable, Hashable {
    public struct Copy: Sendable, Hashable {
        /// The node's number; -1 for a node of the map that the harness does not know.
        public var node: Int
        public var isPrimary: Bool
        public var value: StoredValue

        public init(node: Int, isPrimary: Bool, value: StoredValue) {
            self.node = node
            self.isPrimary = isPrimary
            self.value = value
        }
    }

    public var key: Int
    public var slot: Int
    /// The primary's first, if the map has one.
    public var copies: [Copy]

    public init(key: Int, slot: Int, copies: [Copy]) {
        self.key = key
        self.slot = slot
        self.copies = copies
    }

    /// Whether every replica was read, and all hold the same.
    public var isSettled: Bool {
        guard let first = copies.first, first.value != .unread else { return false }
        return copies.allSatisfy { $0.value == first.value }
    }
}
