/// A run of elements in one of a history's pools.
public struct Extent: Sendable, Hashable {
    public var start: UInt32
    public var count: UInt32

    public init(start: UInt32, count: UInt32) {
        self.start = start
        self.count = count
    }

    public var range: Range<Int> { Int(start)..<(Int(start) + Int(count)) }
}

/// What one operation does, with what it was told where that matters.
///
/// What a read returned is `nil` where it is not known: only an `ok` operation knows it.
public enum Action: Sendable, Hashable {
    case read(ValueID?)
    case write(ValueID)
    /// `swapped` is nil while unknown; false is an observation: the value was not `from`.
    case compareAndSet(from: ValueID, to: ValueID, swapped: Bool?)
    case delete
    /// Adds to a counter; negative to subtract. `total` is what the reply showed, if it did.
    case add(Int64, total: Int64?)
    case readCounter(Int64?)
    /// Adds an element to a set.
    case insert(ValueID)
    /// Appends an element to a list, or a text to a text.
    case append(ValueID)
    /// All elements of a set or a list in the order shown, in the history's `elements`.
    case readAll(Extent?)
    case acquire
    case release
    /// Moves an amount between two accounts; the operation's own key means nothing.
    case transfer(from: KeyID, to: KeyID, amount: Int64)
    /// Several steps as one, in the history's `steps`; the operation's own key means nothing.
    case transaction(Extent)
}

/// One step of a transaction.
public struct TransactionStep: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case read(ValueID?)
        case write(ValueID)
        case append(ValueID)
        /// A list, in the history's `elements`.
        case readAll(Extent?)
        /// A balance, or another number.
        case readNumber(Int64?)
    }

    public var key: KeyID
    public var kind: Kind

    public init(key: KeyID, kind: Kind) {
        self.key = key
        self.kind = kind
    }
}
