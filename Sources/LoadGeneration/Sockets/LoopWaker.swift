internal import CSystemCalls
internal import Foundation
internal import Synchronization

/// Wakes an event loop from another thread.
final class LoopWaker: Sendable {
    let file: Int32

    init() {
        file = ordeal_eventfd()
    }

    deinit { close(file) }

    func wake() {
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
final class Mailbox<Resident>: Sendable {
    private let tasks = Mutex<[@Sendable (Resident) -> Void]>([])
    private let waker: LoopWaker

    init(_ waker: LoopWaker) {
        self.waker = waker
    }

    func post(_ task: @escaping @Sendable (Resident) -> Void) {
        tasks.withLock { $0.append(task) }
        waker.wake()
    }

    /// Runs them, on the loop.
    func deliver(to resident: Resident) {
        let waiting = tasks.withLock { tasks in
            defer { tasks.removeAll() }
            return tasks
        }
        for task in waiting { task(resident) }
    }
}

/// A thread with a loop, and what lives there.
final class LoopThread<Resident>: Sendable {
    private let mailbox: Mailbox<Resident>

    /// Starts the thread; `settle` makes what lives on its loop.
    static func start(
        name: String,
        _ settle: @escaping @Sendable (SocketLoop) -> Resident
    ) async throws -> LoopThread {
        let mailbox = try await withCheckedThrowingContinuation { done in
            let thread = Thread {
                do throws(SocketFailure) {
                    let loop = try SocketLoop()
                    let mailbox = Mailbox<Resident>(loop.waker)
                    let resident = settle(loop)
                    loop.onWake = { mailbox.deliver(to: resident) }
                    done.resume(returning: mailbox)
                    loop.run()
                    // What asked to stop the loop may not be the last.
                    mailbox.deliver(to: resident)
                } catch {
                    done.resume(throwing: error)
                }
            }
            thread.name = name
            thread.start()
        }
        return LoopThread(mailbox: mailbox)
    }

    private init(mailbox: Mailbox<Resident>) {
        self.mailbox = mailbox
    }

    func post(_ task: @escaping @Sendable (Resident) -> Void) {
        mailbox.post(task)
    }

    func ask<Answer: Sendable>(
        _ question: @escaping @Sendable (Resident) -> Answer
    ) async -> Answer {
        await withCheckedContinuation { done in
            mailbox.post { done.resume(returning: question($0)) }
        }
    }
}
