/// Histograms of several series, an interval each: what every kind of request did in every second, by
/// how it ended.
///
/// Of bounded size however long it runs: before it would outgrow its limit, intervals are merged in
/// pairs and twice as long from then on. Observations come in the order of their times.
public struct SeriesLog: Sendable {
    /// What one series did in one interval.
    public struct Entry: Sendable, Equatable {
        /// The interval begins `index` widths after the origin.
        public var index: Int
        public var series: Int
        /// As `LatencyHistogram.encoded()`.
        public var encoded: [UInt8]

        public func histogram() throws(HistogramDecodingError) -> LatencyHistogram {
            try LatencyHistogram(decoding: encoded)
        }
    }

    /// Nanoseconds of an interval; it doubles when the log is full.
    public private(set) var width: Int64
    public let origin: Int64
    /// Of intervals that are over, in the order of their times, then of the series.
    public private(set) var entries: [Entry] = []

    private let limit: Int
    private var size = 0
    private var index = 0
    /// Of the current interval; made when a series has its first observation.
    private var current: [LatencyHistogram?]

    /// Enough for half an hour of seconds of two kinds of requests.
    public static let standardLimit = 4 << 20

    public init(series: Int, origin: Int64, width: Int64, limit: Int = standardLimit) {
        precondition(series > 0 && width > 0, "Something is recorded over some time.")
        self.origin = origin
        self.width = width
        self.limit = limit
        current = Array(repeating: nil, count: series)
    }

    public mutating func record(
        _ series: Int,
        nanoseconds: UInt64,
        count: UInt64 = 1,
        at now: Int64
    ) {
        if now - origin >= Int64(index + 1) * width { roll(to: Int((now - origin) / width)) }
        if current[series] == nil { current[series] = LatencyHistogram() }
        current[series]?.record(nanoseconds: nanoseconds, count: count)
    }

    /// Packs the current interval away too; call it before reading the last entries.
    public mutating func finish() { pack() }

    /// The merged counts of a series over all of its entries.
    public func total(of series: Int) -> LatencyHistogram {
        var sum = LatencyHistogram()
        for entry in entries where entry.series == series {
            if let part = try? entry.histogram() { sum.merge(part) }
        }
        if let part = current[series] { sum.merge(part) }
        return sum
    }

    private mutating func roll(to next: Int) {
        let time = Int64(next) * width
        pack()
        index = Int(time / width)
    }

    private mutating func pack() {
        for series in current.indices {
            guard let histogram = current[series], !histogram.isEmpty else { continue }
            let entry = Entry(index: index, series: series, encoded: histogram.encoded())
            size += entry.encoded.count + MemoryLayout<Entry>.stride
            entries.append(entry)
            current[series]?.reset()
        }
        while size > limit, entries.count > current.count { fold() }
    }

    /// Merges intervals in pairs.
    private mutating func fold() {
        var folded: [Entry] = []
        for var entry in entries {
            entry.index /= 2
            let last = folded.lastIndex { $0.index == entry.index && $0.series == entry.series }
            guard let last, last >= folded.count - current.count else {
                folded.append(entry)
                continue
            }
            guard var sum = try? folded[last].histogram(), let part = try? entry.histogram() else {
                continue
            }
            sum.merge(part)
            folded[last].encoded = sum.encoded()
        }
        entries = folded.sorted { ($0.index, $0.series) < ($1.index, $1.series) }
        size = entries.reduce(0) { $0 + $1.encoded.count + MemoryLayout<Entry>.stride }
        width *= 2
        index /= 2
    }
}
