import FoundationEssentials
import Glibc

/// What else the machine was doing: figures of a busy machine are worth less, and say so.
struct MachineLoad {
    let cores = sysconf(CInt(_SC_NPROCESSORS_ONLN))
    private let model: String

    init() {
        let lines = textOfSmallFile("/proc/cpuinfo").split(separator: "\n")
        let line = lines.first { $0.hasPrefix("model name") } ?? ""
        model = line.split(separator: ":").dropFirst().joined()
    }

    /// Processes that ran or wanted to, on average over the last minute.
    private var load: Double {
        Double(textOfSmallFile("/proc/loadavg").split(separator: " ").first ?? "") ?? 0
    }

    var description: String {
        let busy = load > Double(cores) / 2 ? "; the machine is busy with something else" : ""
        return "\(cores) cores,\(model), load \(decimal(load, 2)) before\(busy)"
    }

    func steal(since earlier: ProcessorTime) -> String {
        let now = ProcessorTime.read()
        let total = max(1, now.total - earlier.total)
        let steal = 100 * Double(now.steal - earlier.steal) / Double(total)
        return "meanwhile: steal \(decimal(steal, 2)) %, load \(decimal(load, 2))"
    }
}

/// How the processors have spent their time, in ticks.
struct ProcessorTime {
    let total: UInt64
    /// Whatever was neither idle nor waiting for a disk.
    let busy: UInt64
    /// What the hypervisor gave to others while this machine had work.
    let steal: UInt64

    static func read() -> ProcessorTime {
        let line = textOfSmallFile("/proc/stat").split(separator: "\n").first ?? ""
        let fields = line.split(separator: " ").dropFirst().prefix(8).compactMap { UInt64($0) }
        guard fields.count == 8 else { return ProcessorTime(total: 0, busy: 0, steal: 0) }
        let total = fields.reduce(0, +)
        return ProcessorTime(total: total, busy: total - fields[3] - fields[4], steal: fields[7])
    }
}

/// A file of `/proc`; empty where there is none.
func textOfSmallFile(_ path: String) -> String {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
}
