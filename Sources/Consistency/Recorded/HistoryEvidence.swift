public import Histories

/// What all clients asked and were told, and what it is to be held against.
public struct HistoryEvidence: Sendable {
    /// Its times count from the start of the measurement.
    public var recording: HistoryFileReader.Recording
    /// The model that judges, by its name.
    public var model: String
    /// Whether keys that share a hash tag are judged apart from all others.
    public var isGrouped: Bool
    /// Models that say how weak a weak mode was; they do not judge.
    public var descriptive: [String]
    /// Carries out the parts of a check, on as many threads as there are.
    public var carryOut: @Sendable (CheckPlan) -> Conclusion
    /// The same for figures on sessions.
    public var addUp: @Sendable ([@Sendable () -> SessionFigures]) -> SessionFigures

    /// - Parameter start: When the measurement began, on the recording's clock.
    public init(
        _ recording: HistoryFileReader.Recording,
        from start: Int64,
        model: String,
        isGrouped: Bool = false,
        descriptive: [String] = [],
        carryOut: @escaping @Sendable (CheckPlan) -> Conclusion = { $0.carriedOut() },
        addUp: @escaping @Sendable ([@Sendable () -> SessionFigures]) -> SessionFigures = { parts in
            parts.reduce(into: SessionFigures()) { $0.add($1()) }
        }
    ) {
        self.recording = recording
        self.recording.count(from: start)
        self.model = model
        self.isGrouped = isGrouped
        self.descriptive = descriptive
        self.carryOut = carryOut
        self.addUp = addUp
    }

    /// How the model is held against it.
    public func plan(_ model: any HistoryModel.Type, _ options: CheckOptions) -> CheckPlan {
        isGrouped
            ? GroupedPlan.plan(model, recording.history, options)
            : model.plan(recording.history, options)
    }
}
