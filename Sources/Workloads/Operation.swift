/// What one request does.
public enum OperationKind: UInt8, Sendable, Hashable, Codable, CaseIterable {
    case read
    case update
    /// The first write of a record, before the measurement.
    case insert

    public var isWrite: Bool { self != .read }

    public var name: String {
        switch self {
        case .read: "read"
        case .update: "update"
        case .insert: "insert"
        }
    }
}

/// One request: what it does, to which key.
public struct Operation: Sendable, Hashable {
    public var kind: OperationKind
    public var key: Int

    public init(kind: OperationKind, key: Int) {
        self.kind = kind
        self.key = key
    }
}
