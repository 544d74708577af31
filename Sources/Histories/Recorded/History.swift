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
    /// What the processes are called where it was read, by number; empty where their numbers are
    /// their names, and numbers beyond its end are theirs.
    public private(set) var processNames: [String]
    /// With the clock `events`: when the event at a place happened; empty where no times are known.
    public var nanoseconds: [Int64]

    public init(clock: Clock) {
        self.clock = clock
        operations = []
        elements = []
        steps = []
        keys = NameTable()
        values = NameTable(["nil"])
        processNames = []
        nanoseconds = []
    }

    public func elements(_ extent: Extent) -> ArraySlice<ValueID> { elements[extent.range] }

    public func steps(_ extent: Extent) -> ArraySlice<TransactionStep> { steps[extent.range] }

    public func text(of key: KeyID) -> String { keys.texts[Int(key.rawValue)] }

    public func text(of value: ValueID) -> String { values.texts[Int(value.rawValue)] }

    /// What a process is called.
    public func name(ofProcess process: UInt32) -> String {
        let place = Int(process)
        return place < processNames.count ? processNames[place] : String(process)
    }

    /// Names a process that none after it has been named before.
    mutating func name(process: UInt32, _ name: String) {
        if processNames.isEmpty, name == String(process) { return }
        while processNames.count < Int(process) {
            processNames.append(String(processNames.count))
        }
        if processNames.count == Int(process) { processNames.append(name) }
    }

    /// The names of processes that another history with the same ones has.
    public mutating func nameProcesses(as other: Self) { processNames = other.processNames }

    /// Leaves the processes nothing but their numbers.
    mutating func forgetProcessNames() { processNames = [] }

    /// By process: its name as a number; nil where some name is none, or two are the same.
    func processNumbers() -> [UInt32: Int64]? {
        var numbers: [UInt32: Int64] = [:]
        var taken: Set<Int64> = []
        for operation in operations where numbers[operation.process] == nil {
            guard let number = Int64(name(ofProcess: operation.process)),
                taken.insert(number).inserted
            else { return nil }
            numbers[operation.process] = number
        }
        return numbers
    }
}
