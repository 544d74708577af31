/// Why bytes are not a histogram.
public enum HistogramDecodingError: Error, Equatable {
    case unknownVersion(UInt8)
    case truncated
    case outOfRange
}

/// Only buckets that hold observations are written, as differences, each number in groups of seven
/// bits: a quiet tenth of a second costs a few bytes, a busy one a few hundred.
extension LatencyHistogram {
    private static let version: UInt8 = 1

    public func encoded() -> [UInt8] {
        var bytes = [Self.version]
        bytes.append(varint: maximum)
        bytes.append(varint: clippedCount)
        var previous: UInt64 = 0
        for bucket in buckets {
            bytes.append(varint: bucket.range.lowerBound - previous)
            bytes.append(varint: bucket.count)
            previous = bucket.range.lowerBound
        }
        return bytes
    }

    public init(decoding bytes: [UInt8]) throws(HistogramDecodingError) {
        self.init()
        guard let version = bytes.first else { throw .truncated }
        guard version == Self.version else { throw .unknownVersion(version) }
        var rest = bytes.dropFirst()
        let maximum = try rest.takeVarint()
        let clippedCount = try rest.takeVarint()
        var value: UInt64 = 0
        while !rest.isEmpty {
            let (sum, overflow) = value.addingReportingOverflow(try rest.takeVarint())
            guard !overflow, restore(bucketAt: sum, count: try rest.takeVarint()) else {
                throw .outOfRange
            }
            value = sum
        }
        restore(maximum: maximum, clippedCount: clippedCount)
    }
}

/// As JSON: the buckets as one flat list of lower bound and count in turn.
extension LatencyHistogram: Codable {
    private enum CodingKeys: String, CodingKey {
        case maximum, clipped, buckets
    }

    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let flat = try container.decode([UInt64].self, forKey: .buckets)
        let complete = stride(from: 0, to: flat.count, by: 2).allSatisfy {
            $0 + 1 < flat.count && restore(bucketAt: flat[$0], count: flat[$0 + 1])
        }
        guard complete else {
            throw DecodingError.dataCorruptedError(
                forKey: .buckets,
                in: container,
                debugDescription: "not pairs of a trackable value and its count"
            )
        }
        restore(
            maximum: try container.decode(UInt64.self, forKey: .maximum),
            clippedCount: try container.decode(UInt64.self, forKey: .clipped)
        )
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(maximum, forKey: .maximum)
        try container.encode(clippedCount, forKey: .clipped)
        try container.encode(
            buckets.flatMap { [$0.range.lowerBound, $0.count] },
            forKey: .buckets
        )
    }
}

extension [UInt8] {
    fileprivate mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }
}

extension ArraySlice<UInt8> {
    fileprivate mutating func takeVarint() throws(HistogramDecodingError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = popFirst() else { throw .truncated }
            let bits = UInt64(byte & 0x7f)
            guard (bits << shift) >> shift == bits else { throw .outOfRange }
            value |= bits << shift
            if byte < 0x80 { return value }
        }
        throw .outOfRange
    }
}
