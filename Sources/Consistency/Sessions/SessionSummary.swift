internal import Histories

/// What clients could rely on during a trial, in figures that a report shows.
public struct SessionSummary: Sendable, Hashable, Codable {
    /// How much a part of the stale reads was behind, at most.
    public struct Quantiles: Sendable, Hashable, Codable {
        public var half: Double
        public var ninetyNine: Double
        public var worst: Double

        init(_ spread: LagSpread, unit: Double) {
            half = Double(spread.quantile(0.5)) / unit
            ninetyNine = Double(spread.quantile(0.99)) / unit
            worst = Double(spread.quantile(1)) / unit
        }
    }

    /// One for each guarantee.
    public var guarantees: [SessionAccount.Figures]
    /// Reads of which something is known.
    public var reads: Int
    public var staleReads: Int
    /// Of the stale reads: for how long something newer had been there; `nil` without stale reads.
    public var staleMilliseconds: Quantiles?
    /// Of the stale reads: how many newer versions had been there.
    public var staleVersions: Quantiles?
    /// Keys of which nothing can be said, since their values were not unique.
    public var unjudgedKeys: Int

    init?(_ figures: SessionFigures) {
        let staleness = figures.staleness
        // Counters and accounts have no versions.
        guard staleness.reads > 0 else { return nil }
        guarantees = figures.sessions.figures
        reads = staleness.reads
        staleReads = staleness.staleReads
        unjudgedKeys = staleness.unjudgedKeys
        guard staleReads > 0 else { return }
        staleMilliseconds = Quantiles(staleness.nanoseconds, unit: 1e6)
        staleVersions = Quantiles(staleness.versions, unit: 1)
    }

    /// - Parameter carryOut: Adds up the figures of parts, on as many threads as there are.
    init?(
        _ history: History,
        carryOut: ([@Sendable () -> SessionFigures]) -> SessionFigures
    ) {
        let registers = history.withListsAsRegisters()
        guard let keys = SessionFigures.Keys(registers, CheckOptions()) else { return nil }
        let all = keys.all
        let size = max(1, (all.count + Self.parts - 1) / Self.parts)
        let parts = stride(from: 0, to: all.count, by: size).map { start in
            { @Sendable () -> SessionFigures in
                var figures = SessionFigures()
                for key in all[start..<min(start + size, all.count)] {
                    figures.add(keys.figures(of: key))
                }
                return figures
            }
        }
        self.init(carryOut(parts))
    }

    private static let parts = 16

    /// Whether anything was other than a store with one copy would have it.
    public var isSpotless: Bool { staleReads == 0 && guarantees.allSatisfy { $0.violated == 0 } }
}
