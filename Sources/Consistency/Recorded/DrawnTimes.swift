import Histories

/// Where operations stand on a drawing's axis: seconds, or places where only an order is known.
///
/// Places are counted among what is drawn; between sessions they mean nothing.
struct DrawnTimes {
    let hasSeconds: Bool
    private let isBySession: Bool
    private let isShifted: Bool
    private let moments: Moments
    /// What is drawn, in its order; by process where sessions have no common one.
    private var order: [UInt32: [Int64]] = [:]

    /// - Parameter isShifted: Whether the history's start is zero, as in what is told in words.
    init(_ places: [Int], in history: History, isShifted: Bool) {
        self.isShifted = isShifted
        moments = Moments(history, of: places)
        isBySession = history.clock == .sessions
        for place in places {
            let operation = history.operations[place]
            let line = isBySession ? operation.process : 0
            order[line, default: []].append(operation.invoked)
            guard operation.completed != RecordedOperation.never else { continue }
            order[line, default: []].append(operation.completed)
        }
        order = order.mapValues { Array(Set($0)).sorted() }
        hasSeconds = order.values.allSatisfy { [moments] in
            $0.allSatisfy { moments.seconds($0, isShifted: isShifted) != nil }
        }
    }

    func start(of operation: RecordedOperation) -> Double {
        place(of: operation.invoked, operation)
    }

    /// nil for what nobody saw end.
    func end(of operation: RecordedOperation) -> Double? {
        let isOpen = operation.completed == RecordedOperation.never
        return isOpen ? nil : place(of: operation.completed, operation)
    }

    private func place(of moment: Int64, _ operation: RecordedOperation) -> Double {
        if hasSeconds, let seconds = moments.seconds(moment, isShifted: isShifted) {
            return seconds
        }
        let line = isBySession ? operation.process : 0
        return Double(order[line]?.firstIndex(of: moment) ?? 0)
    }
}
