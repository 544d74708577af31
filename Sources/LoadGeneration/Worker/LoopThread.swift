internal import Foundation
internal import Sockets

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
