/// The number a stream of chance grows from.
///
/// Every consumer derives a seed of its own by name or index, so that adding a draw in one place
/// changes nothing in another, and one recorded number repeats a whole run.
public struct Seed: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    public let rawValue: UInt64

    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    public init(_ value: UInt64) {
        rawValue = value
    }

    public init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(UInt64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    public var description: String { String(rawValue) }

    /// The seed of the part with this name.
    public func derived(_ name: String) -> Self {
        // FNV-1a over the name, then the finaliser: names of one letter differ in all bits.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        return combined(with: hash)
    }

    /// The seed of the part with this index; never the same as that of any short name.
    public func derived(_ index: Int) -> Self {
        combined(with: SplitMix64.mixed(UInt64(bitPattern: Int64(index)) &+ SplitMix64.increment))
    }

    private func combined(with part: UInt64) -> Self {
        Self(SplitMix64.mixed(SplitMix64.mixed(rawValue &+ SplitMix64.increment) ^ part))
    }
}
