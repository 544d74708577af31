internal import Foundation

/// Processor time this process has used, in seconds.
struct ProcessorUsage {
    var user = 0.0
    var system = 0.0

    static func ofThisProcess() -> Self {
        var usage = rusage()
        guard unsafe getrusage(Int32(RUSAGE_SELF.rawValue), &usage) == 0 else { return Self() }
        return Self(user: seconds(usage.ru_utime), system: seconds(usage.ru_stime))
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }
}
