/// What all processes of one node have done, as far as they could be asked.
public struct NodeTally: Sendable, Equatable {
    /// Of processes that have ended.
    private var former = NodeFigures(process: "", commands: 0, dataBytes: 0, movedBytes: 0)
    private var present: NodeFigures?
    /// The observer's own commands since the present process was first asked, which it counted as well.
    var ownCalls = 0
    private var callsBefore = 0
    /// CLOCK_MONOTONIC.
    private(set) var askedAt: UInt64 = 0

    init() {}

    /// Commands of clients, without the observer's.
    public var commands: Int {
        max(0, former.commands + (present?.commands ?? 0) - callsBefore - ownCalls)
    }

    public var movedBytes: Int { former.movedBytes + (present?.movedBytes ?? 0) }

    /// What its copies of the data take.
    public var dataBytes: Int { present?.dataBytes ?? 0 }

    mutating func note(_ figures: NodeFigures, at now: UInt64) {
        ownCalls += 1
        if let present, present.process != figures.process {
            former.commands += present.commands
            former.movedBytes += present.movedBytes
            callsBefore += ownCalls
            ownCalls = 0
        }
        present = figures
        askedAt = now
    }
}
