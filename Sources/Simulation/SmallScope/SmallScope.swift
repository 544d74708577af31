import Determinism
public import Storage

/// Every order of a handful of adversities that strike a small cluster: what chance would try last.
public struct SmallScope: Sendable {
    public var mode: String
    public var nodes: Int
    public var durability: Durability
    /// From one adversity to the next, nanoseconds; each lasts for two of them.
    public var gap: UInt64

    public init(mode: String, nodes: Int, durability: Durability, gap: UInt64) {
        self.mode = mode
        self.nodes = nodes
        self.durability = durability
        self.gap = gap
    }

    /// What strikes, and whom.
    private static let events: [(kind: AdversityKind, target: Int)] = [
        (.processCrash, 1), (.isolation, 1), (.pause, 2), (.powerLoss, 2), (.coordinatorCrash, 0),
    ]
    private static let first: UInt64 = 500_000_000

    /// One run for each order.
    public var circumstances: [Circumstances] {
        Self.orders(of: Self.events.count).enumerated().map { number, order in
            var circumstances = Circumstances(seed: Seed(UInt64(number)))
            circumstances.mode = mode
            circumstances.nodes = nodes
            circumstances.replicas = nodes
            circumstances.shards = 2
            circumstances.durability = durability
            circumstances.load.keys = 8
            circumstances.load.clients = 32
            circumstances.strikes = order.enumerated().map { place, event in
                Strike(
                    at: Self.first + UInt64(place) * gap,
                    length: 2 * gap,
                    kind: Self.events[event].kind,
                    seed: UInt64(event),
                    target: Self.events[event].target
                )
            }
            circumstances.healsAt = Self.first + UInt64(order.count + 1) * gap
            circumstances.patience = 1_500_000_000
            circumstances.quiet = 300_000_000
            return circumstances
        }
    }

    /// Every order of the numbers below a count.
    static func orders(of count: Int) -> [[Int]] {
        guard count > 0 else { return [[]] }
        return orders(of: count - 1).flatMap { shorter in
            (0...shorter.count).map { place in
                var order = shorter
                order.insert(count - 1, at: place)
                return order
            }
        }
    }
}
