/// Which side of a bound passes.
public enum Comparison: String, Sendable, Codable, CaseIterable {
    case atMost = "<="
    case below = "<"
    case atLeast = ">="
    case above = ">"

    public func holds(_ value: Double, _ bound: Double) -> Bool {
        switch self {
        case .atMost: value <= bound
        case .below: value < bound
        case .atLeast: value >= bound
        case .above: value > bound
        }
    }

    /// Whether it bounds from above, as costs are bounded.
    public var isUpper: Bool { self == .atMost || self == .below }

    /// Splits `<50ms` into the sign, if there is one, and what follows it and blanks.
    public static func split(_ text: some StringProtocol) -> (sign: Self?, rest: Substring) {
        let text = Substring(text)
        let signs: [Self] = [.atMost, .atLeast, .below, .above]
        let sign = signs.first { text.hasPrefix($0.rawValue) }
        return (sign, text.dropFirst(sign?.rawValue.count ?? 0).trimmingPrefix { $0 == " " })
    }
}
