import Synchronization

/// Waits for a condition; false when it has not come true within ten seconds.
func comesTrue(_ condition: () -> Bool) -> Bool {
    for _ in 0..<10_000 {
        if condition() { return true }
        pause(milliseconds: 1)
    }
    return condition()
}

/// A value that several threads write and a test reads.
final class Shared<Value: Sendable>: Sendable {
    private let storage: Mutex<Value>

    init(_ value: Value) { storage = Mutex(value) }

    var value: Value { storage.withLock { $0 } }

    func change(_ body: (inout Value) -> Void) {
        storage.withLock { body(&$0) }
    }
}
