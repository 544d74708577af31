/// The last acknowledgements of a worker, each with its time: a ring of bounded size.
///
/// The ledger's rows know the time of a key's last acknowledgement only; where a fault swallowed
/// several writes of one key, the times of the others come from here.
public struct RecentAcknowledgements: Sendable, Equatable {
    public struct Acknowledgement: Sendable, Hashable {
        public var at: Int64
        public var key: UInt32
        public var sequence: UInt32

        public init(key: UInt32, sequence: UInt32, at: Int64) {
            self.key = key
            self.sequence = sequence
            self.at = at
        }
    }

    public let limit: Int
    private var ring: [Acknowledgement] = []
    private var next = 0

    public init(limit: Int) {
        precondition(limit >= 0, "A ring has room for none or more.")
        self.limit = limit
    }

    public mutating func append(key: Int, sequence: UInt32, at time: Int64) {
        guard limit > 0 else { return }
        let item = Acknowledgement(
            key: UInt32(truncatingIfNeeded: key),
            sequence: sequence,
            at: time
        )
        if ring.count < limit {
            ring.append(item)
        } else {
            ring[next] = item
            next = next + 1 == limit ? 0 : next + 1
        }
    }

    public var count: Int { ring.count }

    /// Oldest first.
    public var all: [Acknowledgement] { Array(ring[next...] + ring[..<next]) }

    public static func == (left: Self, right: Self) -> Bool {
        left.limit == right.limit && left.all == right.all
    }
}
