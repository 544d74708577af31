/// Figures of runs that should all be the same.
struct Sample {
    private let sorted: [Double]

    init(_ values: [Double]) { sorted = values.sorted() }

    var median: Double {
        guard !sorted.isEmpty else { return .nan }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// The least value that this share of the values does not exceed.
    func quantile(_ share: Double) -> Double {
        guard !sorted.isEmpty else { return .nan }
        let rank = Int((share * Double(sorted.count)).rounded(.up))
        return sorted[max(1, min(rank, sorted.count)) - 1]
    }

    /// The median, and in what range the values lie.
    func text(digits: Int) -> String {
        guard let least = sorted.first, let greatest = sorted.last else { return "nothing" }
        return "\(decimal(median, digits)) (\(decimal(least, digits))…\(decimal(greatest, digits)))"
    }
}

func decimal(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return "–" }
    guard digits > 0 else { return "\(Int(value.rounded()))" }
    let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
    let scaled = Int((value.magnitude * scale).rounded())
    let fraction = String(scaled % Int(scale))
    let padding = String(repeating: "0", count: digits - fraction.count)
    return "\(value < 0 ? "-" : "")\(scaled / Int(scale)).\(padding)\(fraction)"
}
