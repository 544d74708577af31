internal import CSystemCalls
import Glibc

/// Measures what decides how far a run's figures can be trusted.
enum MachineProbe {
    private static let syncCount = 21
    /// Below this a run may fill the disk with its own logs.
    private static let leastFreeBytes: UInt64 = 1 << 30

    static func capabilities(of directory: String) -> [Capability] {
        [
            Capability("cores", .available("\(sysconf(CInt(_SC_NPROCESSORS_ONLN)))")),
            steal(), freeSpace(directory), syncCost(directory),
        ]
    }

    /// Time that a virtual machine's host gave to others, since boot.
    private static func steal() -> Capability {
        let name = "steal"
        guard let time = ProcessorTime.read(), time.total > 0 else {
            return Capability(
                name,
                .missing(why: "/proc/stat cannot be read", fix: "mount /proc")
            )
        }
        let share = Double(time.steal) * 100 / Double(time.total)
        return Capability(name, .available("\(rounded(share)) % since boot"))
    }

    private static func freeSpace(_ directory: String) -> Capability {
        let name = "disk space"
        var information = statvfs()
        guard unsafe statvfs(directory, &information) == 0 else {
            return Capability(
                name,
                .missing(why: errorText(errno), fix: "create \(directory)")
            )
        }
        let free = UInt64(information.f_bavail) * UInt64(information.f_frsize)
        let text = "\(rounded(Double(free) / Double(1 << 30))) GiB free at \(directory)"
        guard free >= leastFreeBytes else {
            return Capability(name, .missing(why: text, fix: "free at least 1 GiB"))
        }
        return Capability(name, .available(text))
    }

    private static func syncCost(_ directory: String) -> Capability {
        let name = "fsync"
        guard let cost = medianSyncNanoseconds(directory) else {
            let why = "a file in \(directory) cannot be written: \(errorText(errno))"
            return Capability(name, .missing(why: why, fix: "make \(directory) writable"))
        }
        let microseconds = rounded(Double(cost) / 1000)
        return Capability(name, .available("\(microseconds) µs, median of \(syncCount)"))
    }

    /// What making 4 KiB durable costs; nil where nothing can be written.
    static func medianSyncNanoseconds(_ directory: String) -> UInt64? {
        let path = "\(directory)/.ordeal-probe-\(getpid())"
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { return nil }
        defer {
            close(file)
            unsafe unlink(path)
        }
        let block = [UInt8](repeating: 0x5a, count: 4096)
        var costs: [UInt64] = []
        for _ in 0..<syncCount {
            guard unsafe write(file, block, block.count) == block.count else { return nil }
            let start = ordeal_monotonic_nanoseconds()
            guard fdatasync(file) == 0 else { return nil }
            costs.append(ordeal_monotonic_nanoseconds() - start)
        }
        return costs.sorted()[syncCount / 2]
    }

    /// One digit after the point.
    private static func rounded(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
