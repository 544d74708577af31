internal import Quantities
public import Statistics

/// What a cell must reach, beyond keeping its promises; a miss is exit 2.
public struct Gate: Sendable, Equatable {
    public var metric: Metric
    public var comparison: Comparison
    /// In the metric's unit: seconds, operations a second, or a count.
    public var bound: Double

    public enum Metric: String, Sendable, CaseIterable {
        case lostAcknowledgedWrites, resurrectedWrites, garbageValues, disagreeingKeys
        case longestOutage, timeToRecover
        case p50, p99, p999, max
        case throughput
        case linearizable

        /// Whether it comes from the requests' latencies.
        var isLatency: Bool {
            switch self {
            case .p50, .p99, .p999, .max: true
            default: false
            }
        }

        enum Unit: Sendable {
            case count, seconds, rate, truth
        }

        var unit: Unit {
            switch self {
            case .lostAcknowledgedWrites, .resurrectedWrites, .garbageValues, .disagreeingKeys:
                .count
            case .longestOutage, .timeToRecover, .p50, .p99, .p999, .max: .seconds
            case .throughput: .rate
            case .linearizable: .truth
            }
        }
    }

    /// Whether `value` passes.
    public func passes(_ value: Double) -> Bool { comparison.holds(value, bound) }

    /// As a plan would say it: `p99 < 50ms`.
    public var text: String {
        "\(metric.rawValue) \(comparison.rawValue) \(metric.text(bound))"
    }
}

extension Gate {
    static func list(_ node: PlanNode?) throws(PlanProblem) -> [Gate] {
        guard let node else { return [] }
        let fields = try PlanFields(node, known: Metric.allCases.map(\.rawValue))
        var gates: [Gate] = []
        for metric in Metric.allCases {
            guard let found = fields.node(metric.rawValue) else { continue }
            gates.append(try Gate(metric: metric, node: found))
        }
        return gates
    }

    /// `0`, `"<3s"`, `">=4000/s"`; a bare count bounds from above.
    private init(metric: Metric, node: PlanNode) throws(PlanProblem) {
        let example =
            switch metric.unit {
            case .count: "`0` or `\"<10\"`"
            case .seconds: "`\"<50ms\"`"
            case .rate: "`\">4000/s\"`"
            case .truth: "`true`"
            }
        guard case .scalar(let text) = node.value else {
            throw node.problem("expected a bound, found \(node.kind)", fix: "write \(example)")
        }
        let (sign, rest) = Comparison.split(text)
        let amount: Double? =
            switch metric.unit {
            case .count: plainNumber(rest)
            case .seconds: parsedDuration(String(rest))?.seconds
            case .rate: parsedRate(String(rest))
            case .truth: rest == "true" && sign == nil ? 1 : nil
            }
        // Larger counts are no bounds, and no whole numbers either.
        guard let amount, amount < 1e15 else {
            throw node.problem("expected a bound, found \(node.kind)", fix: "write \(example)")
        }
        try Self.checkDirection(sign, of: metric, node, example)
        self.metric = metric
        comparison = sign ?? (metric.unit == .rate || metric.unit == .truth ? .atLeast : .atMost)
        bound = amount
    }

    /// A cost has an upper bound and a rate a lower one; without a sign only a count is clear.
    private static func checkDirection(
        _ sign: Comparison?,
        of metric: Metric,
        _ node: PlanNode,
        _ example: String
    ) throws(PlanProblem) {
        guard [.count, .seconds, .rate].contains(metric.unit) else { return }
        guard let sign else {
            if metric.unit == .count { return }
            throw node.problem(
                "\(node.kind) does not say whether more or less passes",
                fix: "write \(example)"
            )
        }
        guard sign.isUpper == (metric.unit == .rate) else { return }
        let better = metric.unit == .rate ? "more" : "less"
        throw node.problem(
            "\(node.kind) would pass only what is worse: of \(metric.rawValue), \(better) is better",
            fix: "write \(example)"
        )
    }
}
