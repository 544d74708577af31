public import Determinism

/// When each fault strikes and when it is healed: written down before anything starts.
public struct FaultSchedule: Sendable {
    /// In the order of their times; equal times keep the plan's order.
    public let entries: [Entry]

    public struct Entry: Sendable {
        /// The fault's number in the schedule, from 0.
        public let index: Int
        /// From the start of the measurement.
        public let at: Duration
        public let fault: any Fault
        /// What the fault's own draws grow from, so that one fault more or less changes no other.
        public let seed: Seed

        /// From the start of the measurement; nil where only the end of all faults heals it.
        public var healsAt: Duration? { fault.healsAfter.map { at + $0 } }
    }

    public init(_ faults: [(at: Duration, fault: any Fault)], seed: Seed) {
        let inOrder = faults.enumerated().sorted {
            ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
        }
        let base = seed.derived("faults")
        entries = inOrder.enumerated().map { index, item in
            Entry(
                index: index,
                at: item.element.at,
                fault: item.element.fault,
                seed: base.derived(index)
            )
        }
    }

    /// When the last of the strikes and the heals that have a time is due.
    public var end: Duration {
        entries.map { max($0.at, $0.healsAt ?? $0.at) }.max() ?? .zero
    }

    public var needsNetworkFaults: Bool {
        entries.contains { type(of: $0.fault).needsNetworkFaults }
    }
}

extension FaultSchedule.Entry {
    /// Chooses the victim and what to do to it; the same view gives the same answer.
    public func strike(in view: ClusterView) -> (victim: Endpoint?, strike: FaultStrike) {
        var generator = SeededGenerator(seed: seed)
        let victim = fault.target?.resolved(in: view, using: &generator)
        return (victim, fault.strike(victim, in: view, using: &generator))
    }
}
