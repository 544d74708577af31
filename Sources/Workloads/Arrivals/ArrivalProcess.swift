public import Determinism

/// How arrivals of one rate lie in time: each tells how much expectation passes until the next.
public protocol ArrivalProcess: Sendable {
    static var name: String { get }
    /// One line for listings.
    static var summary: String { get }

    init()

    /// How many arrivals are expected between one and the next, in units of 10^-15; 1 on average.
    ///
    /// At a constant rate that is time; where the rate changes, time is what it takes at those rates.
    func gap(using generator: inout SeededGenerator) -> UInt64

    /// Whether several schedules of parts of a rate must be shifted against each other so that they
    /// do not arrive together.
    static var takesTurns: Bool { get }
}

/// One arrival, in the units of `gap`.
let oneArrival: UInt64 = 1_000_000_000_000_000

/// Every process a load can name.
public let arrivalProcesses: [any ArrivalProcess.Type] = [
    EvenArrivals.self,
    PoissonArrivals.self,
]
