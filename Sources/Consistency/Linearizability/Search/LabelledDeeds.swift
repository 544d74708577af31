import Histories

/// Numbers what operations do, so that equal deeds have equal labels.
struct LabelledDeeds<Deed: Hashable & Sendable>: Sendable {
    private(set) var deeds: [Deed] = []
    private var labels: [Deed: Int32] = [:]

    mutating func label(of deed: Deed) -> Int32 {
        if let label = labels[deed] { return label }
        let label = Int32(deeds.count)
        labels[deed] = label
        deeds.append(deed)
        return label
    }
}

/// An operation of an object whose deeds are plain values.
struct DeedOperation<Deed: Hashable & Sendable>: SearchableOperation {
    var deed: Deed
    var observes: Bool
    var place: Int32
    var invoked: Int64
    var completed: Int64
}

extension DeedOperation {
    /// What a recorded operation did, unless it certainly did nothing.
    init(_ deed: Deed, observes: Bool, _ operation: RecordedOperation, at place: Int32) {
        let isKnown = operation.outcome == .ok
        self.init(
            deed: deed,
            observes: observes,
            place: place,
            invoked: operation.invoked,
            completed: isKnown
                ? max(operation.completed, operation.invoked) : RecordedOperation.never
        )
    }

    func entry(_ deeds: inout LabelledDeeds<Deed>) -> SearchOrder.Entry {
        SearchOrder.Entry(label: deeds.label(of: deed), invoked: invoked, completed: completed)
    }
}
