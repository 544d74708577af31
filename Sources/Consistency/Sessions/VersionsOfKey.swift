import Histories

/// What was written to one register, and when each value certainly was there.
///
/// One version is newer than another if its write began after the other was there: after the other's
/// write had ended, or a read of it. That is the order of a store whose writes take effect between
/// question and answer.
struct VersionsOfKey {
    struct Version {
        var place: Int
        var process: UInt32
        var invoked: Int64
        /// When it certainly was there; `never` while nobody knows.
        var settled: Int64
        var isAcknowledged: Bool
    }

    struct Read {
        var place: Int
        var process: UInt32
        /// Among `versions`; nil for what was there at first.
        var version: Int?
    }

    /// By the beginning of their writes.
    private(set) var versions: [Version] = []
    /// In the order of their questions.
    private(set) var reads: [Read] = []
    /// Reads that say nothing of versions: of a value that nobody wrote, or of nothing after a delete.
    private(set) var unjudged = 0
    /// By version: when the first newer version was there.
    private(set) var replaced: [Int64] = []
    /// When the first version of all was there.
    private(set) var firstSettled = RecordedOperation.never

    /// - Returns: Nil where a value was written twice: its reads do not say which.
    init?(_ history: History, _ places: ArraySlice<Int32>, _ options: CheckOptions) {
        var numbers: [ValueID: Int] = [:]
        var hasDeletes = false
        for place in places {
            let operation = history.operations[Int(place)]
            guard operation.outcome != .failed else { continue }
            if operation.action == .delete { hasDeletes = true }
            guard let value = Self.written(by: operation) else { continue }
            guard numbers.updateValue(versions.count, forKey: value) == nil else { return nil }
            versions.append(
                Version(
                    place: Int(place),
                    process: operation.process,
                    invoked: operation.invoked,
                    settled: operation.completed,
                    isAcknowledged: operation.outcome == .ok
                )
            )
        }
        for place in places {
            let operation = history.operations[Int(place)]
            guard operation.outcome == .ok, case .read(let value?) = operation.action else {
                continue
            }
            if value == .absent, options.nilReads == .any { continue }
            let number = numbers[value]
            guard number != nil || (value == options.initial && !hasDeletes) else {
                unjudged += 1
                continue
            }
            reads.append(
                Read(place: Int(place), process: operation.process, version: number)
            )
            guard let number else { continue }
            versions[number].settled = min(versions[number].settled, operation.completed)
        }
        order()
    }

    private static func written(by operation: RecordedOperation) -> ValueID? {
        switch operation.action {
        case .write(let value): value
        case .compareAndSet(_, let to, let swapped):
            // A swap that was answered says whether it happened.
            operation.outcome == .unknown || swapped == true ? to : nil
        default: nil
        }
    }

    private mutating func order() {
        var earliest = [Int64](repeating: RecordedOperation.never, count: versions.count + 1)
        for number in versions.indices.reversed() {
            earliest[number] = min(earliest[number + 1], versions[number].settled)
        }
        replaced = versions.map { earliest[firstWritten(after: $0.settled)] }
        firstSettled = earliest[0]
    }

    /// The first version whose write began after a moment.
    func firstWritten(after moment: Int64) -> Int {
        var low = 0
        var high = versions.count
        while low < high {
            let middle = (low + high) / 2
            if versions[middle].invoked > moment { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// When a version was there; before all time for the initial one.
    func settled(_ version: Int?) -> Int64 { version.map { versions[$0].settled } ?? .min }

    /// When the first version newer than this one was there.
    func replaced(_ version: Int?) -> Int64 { version.map { replaced[$0] } ?? firstSettled }

    func isNewer(_ version: Int, than other: Int?) -> Bool {
        version != other && versions[version].invoked > settled(other)
    }
}
