/// A node of the cluster, numbered from 1 by whoever configures it.
public struct NodeID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    public let value: UInt16

    public init(_ value: UInt16) { self.value = value }

    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
    public var description: String { "n\(value)" }
}

/// A slice of the 16,384 hash slots.
public struct ShardID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    public let value: UInt16

    public init(_ value: UInt16) { self.value = value }

    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
    public var description: String { "s\(value)" }
}

/// One primary's reign over one shard; only a change of the cluster map issues a new one.
public struct Term: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let value: UInt64

    public init(_ value: UInt64) { self.value = value }

    public static let none = Term(0)
    /// No primary reigned before it, so nobody can hold a grant or an acknowledged write of an
    /// earlier one.
    public static let first = Term(1)

    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
    public var next: Term { Term(value + 1) }
    public var description: String { "t\(value)" }
}

/// The version of the cluster map.
public struct Epoch: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let value: UInt64

    public init(_ value: UInt64) { self.value = value }

    public static let none = Epoch(0)

    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
    public var next: Epoch { Epoch(value + 1) }
    public var description: String { "e\(value)" }
}

/// One life of one process: drawn anew at every start.
public struct BootID: Hashable, Sendable, CustomStringConvertible {
    public let value: UInt64

    public init(_ value: UInt64) { self.value = value }

    public static let none = BootID(0)
    public var description: String { hexadecimal(value) }
}

/// The identity of a node's copy of the data.
///
/// It changes exactly when the copy may have lost something: with every process under `memory`, with
/// every boot of the kernel under `log-everysec`, with a new or damaged data directory under
/// `log-always`. A copy counts towards acknowledgements, leases and recovery only while the map names
/// its identity as admitted.
public struct CopyID: Hashable, Sendable, CustomStringConvertible {
    public let value: UInt64

    public init(_ value: UInt64) { self.value = value }

    public static let none = CopyID(0)
    public var description: String { hexadecimal(value) }
}

/// The identity of a cluster: nodes and coordinators of different ones refuse each other.
public struct ClusterID: Hashable, Sendable, CustomStringConvertible {
    public let value: UInt64

    public init(_ value: UInt64) { self.value = value }

    public static let none = ClusterID(0)
    public var description: String { hexadecimal(value) }
}

/// A position in one shard's log, ordered as logs are compared: by term, then by index.
public struct LogPosition: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var term: Term
    /// Counted from 1; 0 stands before the first entry.
    public var index: UInt64

    public init(term: Term, index: UInt64) {
        self.term = term
        self.index = index
    }

    public static let start = LogPosition(term: .none, index: 0)

    public static func < (left: Self, right: Self) -> Bool {
        (left.term, left.index) < (right.term, right.index)
    }
    public var description: String { "\(term):\(index)" }
}

private func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
