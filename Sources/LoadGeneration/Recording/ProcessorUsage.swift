internal import Foundation

/// Processor time this process has used, in seconds.
struct ProcessorUsage {
    var user = 0.0
    var system = 0.0
    /// Of both, that of the calling thread.
    var threadUser = 0.0
    var threadSystem = 0.0
    /// Of both, what the loop has spent waiting awake.
    var awake = 0.0
    /// What the calling thread has waited for a processor; nil where the kernel
    /// keeps no such account.
    var waited: Double?
    /// Bytes.
    var peakMemory = 0

    static func ofThisProcess() -> Self {
        var usage = rusage()
        guard unsafe getrusage(Int32(RUSAGE_SELF.rawValue), &usage) == 0 else { return Self() }
        var own = rusage()
        guard unsafe getrusage(ofThisThread, &own) == 0 else { return Self() }
        return Self(
            user: seconds(usage.ru_utime),
            system: seconds(usage.ru_stime),
            threadUser: seconds(own.ru_utime),
            threadSystem: seconds(own.ru_stime),
            waited: waitedTime(),
            peakMemory: usage.ru_maxrss * 1024
        )
    }

    /// RUSAGE_THREAD, which the C library shows only to those who ask for its own extensions.
    private static let ofThisThread: Int32 = 1

    func waited(since earlier: Self) -> Double? {
        guard let waited, let before = earlier.waited else { return nil }
        return waited - before
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }

    /// The second number of the kernel's account of the calling thread.
    private static func waitedTime() -> Double? {
        guard let text = try? String(contentsOfFile: "/proc/thread-self/schedstat", encoding: .utf8)
        else {
            return nil
        }
        let fields = text.split(whereSeparator: \.isWhitespace)
        return fields.count >= 2 ? Double(fields[1]).map { $0 / 1e9 } : nil
    }
}
