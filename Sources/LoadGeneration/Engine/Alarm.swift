internal import NIOCore

/// A task for a later time of an event loop; setting it again does not take back earlier times.
struct Alarm: NIOScheduledCallbackHandler {
    let task: () -> Void

    init(_ task: @escaping () -> Void) {
        self.task = task
    }

    func set(at deadline: NIODeadline, on loop: any EventLoop) {
        // It fails only on a loop that is shut down, where nothing is left to be done.
        _ = try? loop.assumeIsolated().scheduleCallback(at: deadline, handler: self)
    }

    func handleScheduledCallback(eventLoop: some EventLoop) {
        task()
    }
}
