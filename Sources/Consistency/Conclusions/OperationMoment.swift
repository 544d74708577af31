import Histories

/// Says who asked for an operation and when, on whatever clock the history has.
struct OperationMoment {
    let history: History

    /// Who and when: `process 4, 1.203 s to 1.210 s`.
    func text(of operation: RecordedOperation) -> String {
        let process = "process \(operation.process)"
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

    func text(_ time: Int64) -> String {
        switch history.clock {
        case .nanoseconds: return Seconds.text(time)
        case .events:
            guard let place = Int(exactly: time), history.nanoseconds.indices.contains(place) else {
                return "event \(time)"
            }
            return Seconds.text(history.nanoseconds[place])
        case .sessions: return "number \(time)"
        }
    }
}
