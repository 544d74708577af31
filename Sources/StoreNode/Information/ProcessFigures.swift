import Glibc

/// What the kernel says of this process.
struct ProcessFigures {
    var systemSeconds: Double
    var userSeconds: Double
    /// The most memory it ever had, in bytes.
    var peakResident: Int

    static func now() -> ProcessFigures {
        var usage = rusage()
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return ProcessFigures(
            systemSeconds: seconds(usage.ru_stime),
            userSeconds: seconds(usage.ru_utime),
            peakResident: Int(usage.ru_maxrss) * 1024
        )
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000
    }
}
