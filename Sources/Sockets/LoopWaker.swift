internal import CSystemCalls
internal import Glibc
internal import Synchronization

/// Wakes an event loop from another thread.
public final class LoopWaker: Sendable {
    let file: Int32

    init() {
        file = ordeal_eventfd()
    }

    deinit { close(file) }

    public func wake() {
        var one: UInt64 = 1
        // It fails only where as many wakes wait as it can count: the loop wakes all the same.
        _ = unsafe write(file, &one, 8)
    }

    func clear() {
        var count: UInt64 = 0
        _ = unsafe read(file, &count, 8)
    }
}

/// Tasks that other threads have for what lives on a loop.
public final class Mailbox<Resident>: Sendable {
    private let tasks = Mutex<[@Sendable (Resident) -> Void]>([])
    private let waker: LoopWaker

    public init(_ waker: LoopWaker) {
        self.waker = waker
    }

    public func post(_ task: @escaping @Sendable (Resident) -> Void) {
        tasks.withLock { $0.append(task) }
        waker.wake()
    }

    /// Runs them, on the loop.
    public func deliver(to resident: Resident) {
        let waiting = tasks.withLock { tasks in
            defer { tasks.removeAll() }
            return tasks
        }
        for task in waiting { task(resident) }
    }
}
