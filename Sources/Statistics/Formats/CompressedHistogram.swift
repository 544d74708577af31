/// A histogram in HdrHistogram's "V2 compressed" encoding, as its readers in every language take it.
///
/// The counts in the order of their buckets, each as a zigzag LEB128 number, a run of empty buckets as
/// its negative length; before them precision and range, around them zlib.
extension LatencyHistogram {
    public func compressed() -> [UInt8] {
        let payload = compressedPayload
        var inner: [UInt8] = []
        inner.append(bigEndian: Self.cookie)
        inner.append(bigEndian: UInt32(payload.count))
        inner.append(bigEndian: UInt32(0))
        inner.append(bigEndian: UInt32(Self.significantDigits))
        inner.append(bigEndian: UInt64(1))
        inner.append(bigEndian: Self.largestTrackable)
        inner.append(bigEndian: (1.0).bitPattern)
        let wrapped = ZlibStored.wrapped(inner + payload)
        var bytes: [UInt8] = []
        bytes.append(bigEndian: Self.compressedCookie)
        bytes.append(bigEndian: UInt32(wrapped.count))
        return bytes + wrapped
    }

    /// As it stands in a log: `HISTFAAA…`.
    public var compressedText: String { Base64.text(compressed()) }

    private static let cookie: UInt32 = 0x1c84_9303 | 0x10
    private static let compressedCookie: UInt32 = 0x1c84_9304 | 0x10

    private var compressedPayload: [UInt8] {
        var bytes: [UInt8] = []
        var next = 0
        for bucket in buckets where bucket.count > 0 {
            let index = Self.index(of: bucket.range.lowerBound)
            let empty = index - next
            // One empty bucket is a count of 0, as HdrHistogram writes it.
            if empty > 0 { bytes.append(zigzag: empty == 1 ? 0 : -Int64(empty)) }
            bytes.append(zigzag: Int64(clamping: bucket.count))
            next = index + 1
        }
        return bytes
    }

    /// The place of a value's bucket among all: the first 256 are one wide, and from then on each 128
    /// are twice as wide as those before.
    static func index(of value: UInt64) -> Int {
        let doublings = 64 - 8 - (value | 255).leadingZeroBitCount
        return (doublings + 1) << 7 + Int(value >> UInt64(doublings)) - 128
    }
}

extension [UInt8] {
    /// Up to eight groups of seven bits, and a ninth byte of eight.
    fileprivate mutating func append(zigzag number: Int64) {
        var rest = UInt64(bitPattern: number << 1 ^ number >> 63)
        for _ in 0..<8 where rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }
}
