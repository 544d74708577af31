import Histories

/// Single writes of registers, each with what may have seen it.
///
/// Where values are written again and again, to remove a value removes half the history. One write
/// can go alone together with those who can have seen just this one: every order that explains the
/// whole history explains the rest as well, since what anybody left there sees is still there. Whoever
/// began after another write that came certainly after this one cannot have seen it.
struct RegisterWrites {
    /// Larger histories are reduced by values first.
    private static let most = 3000

    private struct Observer {
        var place: Int
        /// nil for one that saw that something was not there, so that any value may have been.
        var seen: ValueID?
        var invoked: Int64
        var completed: Int64
    }

    private struct Write {
        var place: Int
        var value: ValueID
        var invoked: Int64
        var completed: Int64
    }

    private let history: History
    private var writes: [KeyID: [Write]] = [:]
    private var observers: [KeyID: [Observer]] = [:]
    private var foreign: Set<KeyID> = []

    /// What can be removed, the later writes last; nothing where the history is about something else.
    static func removals(of history: History) -> [Removal] {
        guard history.operations.count <= most, history.clock != .sessions else { return [] }
        return RegisterWrites(history).removals()
    }

    private init(_ history: History) {
        self.history = history
        for (place, operation) in history.operations.enumerated()
        where operation.outcome != .failed {
            switch operation.action {
            case .read(let value?): observe(place, value, operation)
            case .read(nil): break
            case .write(let value): write(place, value, operation)
            case .delete: write(place, .absent, operation)
            case .compareAndSet(_, _, false): observe(place, nil, operation)
            case .compareAndSet(let from, let to, _):
                observe(place, from, operation)
                write(place, to, operation)
            case .transaction, .transfer:
                foreign.formUnion(history.keys.texts.indices.map(Self.key))
            default: foreign.insert(operation.key)
            }
        }
    }

    private static func key(_ index: Int) -> KeyID { KeyID(rawValue: UInt32(index)) }

    private mutating func observe(_ place: Int, _ seen: ValueID?, _ operation: RecordedOperation) {
        observers[operation.key, default: []].append(
            Observer(
                place: place,
                seen: seen,
                invoked: operation.invoked,
                completed: operation.completed
            )
        )
    }

    private mutating func write(_ place: Int, _ value: ValueID, _ operation: RecordedOperation) {
        writes[operation.key, default: []].append(
            Write(
                place: place,
                value: value,
                invoked: operation.invoked,
                completed: operation.completed
            )
        )
    }

    private func removals() -> [Removal] {
        var seenBy: [Int: [Int]] = [:]
        var places: [Int] = []
        for (key, own) in writes.sorted(by: { $0.key < $1.key }) where !foreign.contains(key) {
            for write in own {
                places.append(write.place)
                seenBy[write.place] = observers[key, default: []]
                    .filter { canSee($0, write, among: own) }.map(\.place)
            }
        }
        return places.sorted().map { place in
            // Whoever saw it and wrote something goes with those who may have seen that.
            var all: Set<Int> = [place]
            var open = [place]
            while let next = open.popLast() {
                for observer in seenBy[next] ?? [] where all.insert(observer).inserted {
                    open.append(observer)
                }
            }
            return Removal(places: all)
        }
    }

    private func canSee(_ observer: Observer, _ write: Write, among writes: [Write]) -> Bool {
        guard observer.place != write.place, observer.completed >= write.invoked,
            observer.seen == nil || observer.seen == write.value
        else { return false }
        return !writes.contains { later in
            later.completed != RecordedOperation.never && write.completed < later.invoked
                && later.completed < observer.invoked
                // What may not have happened covers nothing.
                && history.operations[later.place].outcome == .ok
        }
    }
}
