/// What all clients asked and were told, by the order of their questions.
///
/// One operation is certainly before another only if it completed strictly before the other was
/// invoked; equal times are concurrent.
public struct History: Sendable, Equatable {
    /// What `invoked` and `completed` count.
    public enum Clock: Sendable, Hashable {
        /// Nanoseconds of a monotonic clock that all processes share.
        case nanoseconds
        /// Places in one order of all events; `nanoseconds`, where known, has a time for each.
        case events
        /// Places in the process's own order: nothing is known across processes.
        case sessions
    }

    public var clock: Clock
    /// By `invoked`; with the clock `sessions`, by process and then `invoked`.
    public var operations: [RecordedOperation]
    /// What `Action.readAll` and list reads of transactions returned.
    public var elements: [ValueID]
    public var steps: [TransactionStep]
    public var keys: NameTable
    /// The text at 0 stands for `ValueID.absent`.
    public var values: NameTable
    /// With the clock `events`: when the event at a place happened; empty where no times are known.
    public var nanoseconds: [Int64]

    public init(clock: Clock) {
        self.clock = clock
        operations = []
        elements = []
        steps = []
        keys = NameTable()
        values = NameTable(["nil"])
        nanoseconds = []
    }

    public func elements(_ extent: Extent) -> ArraySlice<ValueID> { elements[extent.range] }

    public func steps(_ extent: Extent) -> ArraySlice<TransactionStep> { steps[extent.range] }

    public func text(of key: KeyID) -> String { keys.texts[Int(key.rawValue)] }

    public func text(of value: ValueID) -> String { values.texts[Int(value.rawValue)] }
}
