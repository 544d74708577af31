import Histories

/// Says who asked for an operation and when, on whatever clock the history has.
struct OperationMoment {
    let history: History
    private let moments: Moments

    /// - Parameter places: The operations that are told together.
    init(history: History, of places: [Int]) {
        self.history = history
        moments = Moments(history, of: places)
    }

    /// Who and when: `process 4, 1.203 s to 1.210 s`.
    func text(of operation: RecordedOperation) -> String {
        let process = "process " + PlainText.shown(history.name(ofProcess: operation.process))
        guard history.clock != .sessions else {
            return "\(process), its number \(operation.invoked)"
        }
        let began = "\(process), \(text(operation.invoked))"
        switch operation.outcome {
        case .ok: return began + " to \(text(operation.completed))"
        case .failed: return began + ", failed"
        case .unknown: return began + ", end unknown"
        }
    }

    func text(_ time: Int64) -> String { moments.text(time) }
}
