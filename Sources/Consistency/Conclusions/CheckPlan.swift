/// A check in parts that do not depend on each other, so that whoever has threads may use them.
public struct CheckPlan: Sendable {
    /// The parts with the most work come first.
    public var parts: [@Sendable () -> Conclusion]
    /// Takes the conclusions of all parts in their order.
    public var combine: @Sendable ([Conclusion]) -> Conclusion

    public init(
        parts: [@Sendable () -> Conclusion],
        combine: @escaping @Sendable ([Conclusion]) -> Conclusion
    ) {
        self.parts = parts
        self.combine = combine
    }

    /// The conclusion, one part after the other.
    public func carriedOut() -> Conclusion {
        combine(parts.map { $0() })
    }
}
