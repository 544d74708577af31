internal import Quantities
internal import Report
internal import Statistics

extension Gate {
    /// A measured amount as reports write it; with more digits where the bound is so near that it
    /// would look the same.
    func figure(_ amount: Double) -> String {
        guard amount.isFinite else { return "never" }
        let isNear = abs(amount - bound) < abs(bound) * Self.nearness
        let unit = metric.unit
        if unit == .count { return Figure.count(Int(amount)) }
        if unit == .seconds { return isNear ? exact(amount) : Figure.duration(amount) }
        if unit == .rate { return isNear ? exactRate(amount) : Figure.rate(amount) }
        return metric.text(amount)
    }

    /// The bound with its sign, in the same style: `< 50 ms`.
    var limit: String {
        let unit = metric.unit
        if unit == .count { return "\(comparison.rawValue) \(Figure.count(Int(bound)))" }
        if unit == .seconds { return "\(comparison.rawValue) \(exact(bound))" }
        if unit == .rate { return "\(comparison.rawValue) \(exactRate(bound))" }
        return metric.text(bound)
    }

    /// Three significant digits tell amounts apart that differ by more than this part.
    private static let nearness = 0.01

    /// `50 ms`, `52.414 ms`; what plans write, with a space before the unit.
    private func exact(_ seconds: Double) -> String {
        let text = durationText(.seconds(seconds))
        let number = text.prefix { $0.isNumber || $0 == "." }
        let unit = text.dropFirst(number.count)
        guard unit.allSatisfy(\.isLetter) else { return text }
        return "\(number) \(unit == "us" ? "µs" : unit)"
    }

    private func exactRate(_ perSecond: Double) -> String {
        let tenths = Int((perSecond * 10).rounded())
        return Figure.count(tenths / 10) + (tenths % 10 == 0 ? "/s" : ".\(tenths % 10)/s")
    }
}
