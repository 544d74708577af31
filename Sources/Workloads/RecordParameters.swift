public import Determinism

/// What the core workloads of YCSB have in common, with YCSB's defaults: 1,000 records of ten
/// fields of 100 bytes, asked for by a zipfian law (Cooper et al., "Benchmarking cloud serving
/// systems with YCSB", 2010).
public struct RecordParameters: Codable, Sendable, Equatable {
    public var records = 1_000
    public var shape = RecordShape(valueBytes: .fixed(1_000))
    public var distribution = AnyDistribution(Zipfian())

    /// More keys than a ledger and a slot table are made for.
    public static let largestRecords = 100_000_000
    /// Beyond 16 MiB a value is not a cache's any more.
    public static let valueBytesRange = 1...16_777_216

    /// Few keys, asked for evenly, so that clients meet on each of them.
    public static let contended: Self = {
        var parameters = Self()
        parameters.records = 100
        parameters.shape.valueBytes = .fixed(32)
        parameters.distribution = AnyDistribution(Uniform())
        return parameters
    }()

    public init() {}

    public init(from decoder: any Decoder) throws {
        try self.init(from: decoder, defaults: Self())
    }

    /// What is left out is as in `defaults`.
    init(from decoder: any Decoder, defaults: Self) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        records = try container.decodeIfPresent(Int.self, forKey: .records) ?? defaults.records
        shape = try container.decodeIfPresent(RecordShape.self, forKey: .shape) ?? defaults.shape
        distribution =
            try container.decodeIfPresent(AnyDistribution.self, forKey: .distribution)
            ?? defaults.distribution
        guard (1...Self.largestRecords).contains(records) else {
            throw DecodingError.dataCorruptedError(
                forKey: .records,
                in: container,
                debugDescription: "records is between 1 and \(Self.largestRecords)"
            )
        }
        guard shape.valueBytes.least >= Self.valueBytesRange.lowerBound,
            shape.valueBytes.greatest <= Self.valueBytesRange.upperBound
        else {
            let range = Self.valueBytesRange
            throw DecodingError.dataCorruptedError(
                forKey: .shape,
                in: container,
                debugDescription:
                    "a value has \(range.lowerBound) to \(range.upperBound) bytes"
            )
        }
    }
}

/// A workload that is a mix of requests over a set of records, and has no other parameters.
public protocol RecordWorkload: Workload, Equatable {
    var parameters: RecordParameters { get set }
}

extension RecordWorkload {
    public var records: Int {
        get { parameters.records }
        set { parameters.records = newValue }
    }

    public var shape: RecordShape {
        get { parameters.shape }
        set { parameters.shape = newValue }
    }

    public var distribution: AnyDistribution {
        get { parameters.distribution }
        set { parameters.distribution = newValue }
    }

    public init(from decoder: any Decoder) throws {
        self.init()
        parameters = try RecordParameters(from: decoder, defaults: parameters)
    }

    public func encode(to encoder: any Encoder) throws {
        try parameters.encode(to: encoder)
    }
}
