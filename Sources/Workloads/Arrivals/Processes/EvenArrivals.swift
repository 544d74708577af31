public import Determinism

/// Each arrival as long after the one before as the rate says.
public struct EvenArrivals: ArrivalProcess {
    public static let name = "even"
    public static let summary = "each as long after the one before"
    public static let takesTurns = true

    public init() {}

    public func gap(using generator: inout SeededGenerator) -> UInt64 { oneArrival }
}
