/// How the machine's processors spent their time since it started, as `/proc/stat` says.
package struct ProcessorTime: Sendable, Equatable {
    /// Of all cores together, in jiffies.
    var total: UInt64
    /// What the hypervisor gave to others while this machine had work.
    var steal: UInt64

    init(total: UInt64, steal: UInt64) {
        self.total = total
        self.steal = steal
    }

    /// Reads the first line, `cpu  user nice system idle iowait irq softirq steal guest …`.
    package init?(statistics text: String) {
        guard let line = text.split(separator: "\n").first, line.hasPrefix("cpu ") else {
            return nil
        }
        let fields = line.split(separator: " ").dropFirst().compactMap { UInt64($0) }
        guard fields.count >= 8 else { return nil }
        // Guest time is counted in user time already.
        self.init(total: fields[..<8].reduce(0, +), steal: fields[7])
    }

    package static func read() -> ProcessorTime? {
        KernelFile.contents("/proc/stat").flatMap(ProcessorTime.init(statistics:))
    }

    /// The fraction of all processor time since `earlier` that was taken away.
    package func steal(since earlier: ProcessorTime) -> Double? {
        guard total > earlier.total, steal >= earlier.steal else { return nil }
        return Double(steal - earlier.steal) / Double(total - earlier.total)
    }
}
