public import Determinism

/// Each arrival independent of all others, as from very many users: exponential gaps.
///
/// Schedules of parts of a rate together are a Poisson process of the whole.
public struct PoissonArrivals: ArrivalProcess {
    public static let name = "poisson"
    public static let summary = "independent of each other, as from very many users"
    public static let takesTurns = false

    public init() {}

    public func gap(using generator: inout SeededGenerator) -> UInt64 {
        UInt64((generator.nextExponential() * Double(oneArrival)).rounded())
    }
}
