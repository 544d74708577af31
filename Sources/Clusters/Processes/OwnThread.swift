internal import CSystemCalls
import Glibc

/// Runs `body` on a thread that nothing else uses and that ends with it.
///
/// For what blocks, for what has to be on time, and for starting processes that are to end with
/// the thread that started them: threads of a pool come and go as the pool likes.
func runOnOwnThread(_ body: @escaping @Sendable () -> Void) {
    let box = unsafe Unmanaged.passRetained(ThreadBody(body)).toOpaque()
    var attributes = pthread_attr_t()
    var thread = pthread_t()
    unsafe pthread_attr_init(&attributes)
    unsafe pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
    let failure = unsafe pthread_create(&thread, &attributes, startThread, box)
    unsafe pthread_attr_destroy(&attributes)
    precondition(failure == 0, "A thread can be started: the machine has room for a few more.")
}

private final class ThreadBody {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private func startThread(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let box = unsafe box else { return nil }
    unsafe Unmanaged<ThreadBody>.fromOpaque(box).takeRetainedValue().run()
    return nil
}
