internal import CSystemCalls
import Glibc

/// A thread of its own, for work that must not wait for the event loop or must not make it wait.
final class NamedThread: Sendable {
    private let thread: pthread_t

    /// Starts at once; the name shows in tools like `top -H`, cut after 15 bytes.
    init(_ name: String, _ body: @escaping @Sendable () -> Void) throws(FileFailure) {
        let start = unsafe Unmanaged.passRetained(ThreadStart(name: name, body: body))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread,
            nil,
            { pointer in
                guard let pointer = unsafe pointer else { return nil }
                let start = unsafe Unmanaged<ThreadStart>.fromOpaque(pointer).takeRetainedValue()
                start.run()
                return nil
            },
            start.toOpaque()
        )
        guard code == 0 else {
            unsafe start.release()
            throw FileFailure("start", "the thread \(name)", code: code)
        }
        self.thread = thread
    }

    /// Waits for the thread's end; call it once, from another thread.
    func join() {
        _ = pthread_join(thread, nil)
    }
}

private final class ThreadStart: Sendable {
    private let name: String
    private let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = String(decoding: name.utf8.prefix(15), as: UTF8.self)
        self.body = body
    }

    func run() {
        unsafe ordeal_name_thread(name)
        body()
    }
}
