internal import Determinism
public import Histories

/// What a record looks like: how its key is named, how large its values are and of what, and how long
/// they live.
public struct RecordShape: Codable, Sendable, Equatable {
    /// Before the ten digits of every key's name.
    public var keyPrefix: String
    /// The length of a key's name; a name that would be shorter is as long as it must be.
    ///
    /// The same for a key in every run, whatever its seed, so that a later run finds its keys.
    public var keyBytes: AmountLaw
    public var valueBytes: AmountLaw
    public var filling: ValueFilling
    /// Milliseconds after which a written value expires; nil where it stays.
    public var lifetime: AmountLaw?
    /// By what part of the keys the hot ones move on in a second; 0 where they stay.
    public var drift: Double

    /// A bulk string's limit in Redis is 512 MB; beyond 64 KiB a key is a mistake.
    public static let keyBytesRange = 1...65_536
    public static let longestPrefix = 256
    /// 1 ms to a year.
    public static let lifetimeRange = 1...31_536_000_000

    public init(valueBytes: AmountLaw = .fixed(100)) {
        keyPrefix = KeyNaming.standardPrefix
        keyBytes = .fixed(KeyName.byteCount)
        self.valueBytes = valueBytes
        filling = .pattern
        lifetime = nil
        drift = 0
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        keyPrefix = try container.decodeIfPresent(String.self, forKey: .keyPrefix) ?? keyPrefix
        keyBytes = try container.decodeIfPresent(AmountLaw.self, forKey: .keyBytes) ?? keyBytes
        valueBytes =
            try container.decodeIfPresent(AmountLaw.self, forKey: .valueBytes) ?? valueBytes
        filling = try container.decodeIfPresent(ValueFilling.self, forKey: .filling) ?? filling
        lifetime = try container.decodeIfPresent(AmountLaw.self, forKey: .lifetime)
        drift = try container.decodeIfPresent(Double.self, forKey: .drift) ?? drift
    }

    public var naming: KeyNaming { KeyNaming(prefix: keyPrefix, lengths: keyBytes) }

    /// Whether every value is long enough to say who wrote it, and as which of the key's writes.
    public var namesWrites: Bool { valueBytes.least >= WriteStamp.minimumBytes }

    /// Whether all records lie in one hash slot: what stands in braces of their prefix decides alone.
    public var sharesSlot: Bool {
        guard let open = keyPrefix.firstIndex(of: "{"),
            let close = keyPrefix[open...].firstIndex(of: "}")
        else { return false }
        return keyPrefix.index(after: open) < close
    }

    /// What differs from records that only say how many bytes a value has.
    public var peculiarity: Peculiarity? {
        if keyPrefix != KeyNaming.standardPrefix || keyBytes != .fixed(KeyName.byteCount) {
            return .names
        }
        if valueBytes.only == nil { return .lengths }
        if filling != .pattern { return .filling }
        return lifetime == nil ? nil : .lifetime
    }

    /// A trait of records that not every workload can have.
    public enum Peculiarity: Sendable {
        case names, lengths, filling, lifetime
    }
}
