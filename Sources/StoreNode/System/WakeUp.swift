internal import CSystemCalls
import Glibc

/// What one thread sleeps on until another wakes it: a wake-up given to a waking thread is kept.
final class WakeUp: Sendable {
    private let descriptor: Int32

    init() throws(FileFailure) {
        descriptor = ordeal_eventfd()
        guard descriptor >= 0 else { throw FileFailure("create", "an eventfd") }
    }

    deinit { _ = close(descriptor) }

    func wake() {
        var one: UInt64 = 1
        _ = unsafe write(descriptor, &one, MemoryLayout<UInt64>.size)
    }

    /// Sleeps until woken, at most for `milliseconds`, or for ever when that is negative.
    ///
    /// Input on `other` ends the sleep, too.
    func wait(milliseconds: Int32 = -1, orReadable other: Int32 = -1) {
        var entries: [2 of pollfd] = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            // The kernel passes over negative descriptors.
            pollfd(fd: other, events: Int16(POLLIN), revents: 0),
        ]
        var span = entries.mutableSpan
        _ = unsafe span.withUnsafeMutableBufferPointer { entries in
            unsafe poll(entries.baseAddress, nfds_t(entries.count), milliseconds)
        }
        var count: UInt64 = 0
        _ = unsafe read(descriptor, &count, MemoryLayout<UInt64>.size)
    }
}
