/// One point of the matrix, with its trials.
public struct CellRecord: Sendable, Hashable, Codable {
    /// One matrix dimension and this cell's value of it.
    public struct Parameter: Sendable, Hashable, Codable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public var name: String
    /// In the order of the plan.
    public var parameters: [Parameter]
    public var trials: [TrialRecord]
    /// Follows from the trials; refreshed by `init` and `append`.
    public private(set) var summary: CellSummary

    public init(name: String, parameters: [Parameter], trials: [TrialRecord] = []) {
        self.name = name
        self.parameters = parameters
        self.trials = trials
        summary = CellSummary(of: trials)
    }

    public mutating func append(_ trial: TrialRecord) {
        trials.append(trial)
        summary = CellSummary(of: trials)
    }

    /// Each gate once over all trials: the worst of them, so that one failed trial fails the gate.
    public var gates: [TrialRecord.Gate] {
        var worst: [TrialRecord.Gate] = []
        for gate in trials.flatMap(\.gates) {
            guard let index = worst.firstIndex(where: { $0.name == gate.name }) else {
                worst.append(gate)
                continue
            }
            if gate.severity > worst[index].severity { worst[index] = gate }
        }
        return worst
    }
}

extension TrialRecord.Gate {
    /// Failed outranks unmeasured, which outranks passed.
    fileprivate var severity: Int {
        guard let passed else { return 1 }
        return passed ? 0 : 2
    }
}
