/// A key of one history: a dense number from 0, so that tables by key are arrays.
public struct KeyID: RawRepresentable, Sendable, Hashable, Comparable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// A value of one history: a dense number, so that tables by value are arrays.
///
/// Equal values have equal numbers across all keys of the history. `absent` is a value as real as
/// any other: what a read finds where nothing was written, or where it was deleted.
public struct ValueID: RawRepresentable, Sendable, Hashable, Comparable {
    public static let absent = ValueID(rawValue: 0)

    public var rawValue: UInt32

    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The texts behind a history's dense numbers.
public struct NameTable: Sendable, Equatable {
    public private(set) var texts: [String]
    private var numbers: [String: UInt32]

    public init(_ texts: [String] = []) {
        self.texts = []
        numbers = [:]
        for text in texts { _ = number(of: text) }
    }

    public var count: Int { texts.count }

    /// The number of this text, a new one if it was not there yet.
    public mutating func number(of text: String) -> UInt32 {
        if let number = numbers[text] { return number }
        let number = UInt32(texts.count)
        numbers[text] = number
        texts.append(text)
        return number
    }

    /// `nil` for a text that does not occur.
    public func existingNumber(of text: String) -> UInt32? { numbers[text] }
}
