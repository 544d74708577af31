import FoundationEssentials

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The machine that a run took place on; what it will not tell is nil.
package struct Machine: Sendable, Equatable {
    package var host: String?
    package var cpuModel: String?
    package var cores: Int?
    package var memoryBytes: Int?
    package var kernel: String?

    package static func current() -> Machine {
        let processors = textOfSmallFile("/proc/cpuinfo") ?? ""
        let memory = textOfSmallFile("/proc/meminfo") ?? ""
        return Machine(
            host: textOfSmallFile("/proc/sys/kernel/hostname").map(firstLine),
            cpuModel: value(of: "model name", in: processors),
            cores: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))),
            memoryBytes: value(of: "MemTotal", in: memory)
                .flatMap { $0.split(separator: " ").first }
                .flatMap { Int($0) }.map { $0 * 1024 },
            kernel: textOfSmallFile("/proc/sys/kernel/osrelease").map(firstLine)
        )
    }

    /// The value of the first `key : value` line.
    static func value(of key: String, in text: String) -> String? {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, trimmed(parts[0]) == key else { continue }
            return trimmed(parts[1])
        }
        return nil
    }

    /// The compiler's release that this program was built with.
    static var swiftVersion: String {
        #if compiler(>=6.5)
        "6.5 or later"
        #elseif compiler(>=6.4)
        "6.4"
        #else
        "6.3"
        #endif
    }

    /// The commit that the checkout a program was built in stands at now; nil for an installed one.
    package static func gitCommit(besideProgram path: String) -> String? {
        guard let build = path.firstRange(of: "/.build/") else { return nil }
        return gitCommit(in: String(path[..<build.lowerBound]))
    }

    /// The commit of the checkout in `folder`; nil where there is none to be read.
    package static func gitCommit(in folder: String) -> String? {
        let own = "\(folder)/.git"
        // In a second worktree it is a file that names the real folder, which names the common one.
        let pointer = textOfSmallFile(own).map(firstLine).flatMap { line in
            line.hasPrefix("gitdir: ") ? String(line.dropFirst(8)) : nil
        }
        let git = pointer ?? own
        guard let head = textOfSmallFile("\(git)/HEAD").map(firstLine) else { return nil }
        guard head.hasPrefix("ref: ") else { return head }
        let common = pointer == nil ? git : "\(git)/../.."
        let name = head.dropFirst(5)
        if let loose = textOfSmallFile("\(common)/\(name)") { return firstLine(loose) }
        let packed = textOfSmallFile("\(common)/packed-refs") ?? ""
        let line = packed.split(separator: "\n").first { $0.hasSuffix(" \(name)") }
        return line?.split(separator: " ").first.map(String.init)
    }
}

/// A whole file as text, for the small ones of `/proc` and `.git`; nil when it cannot be read.
func textOfSmallFile(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
}

private func firstLine(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).first.map(String.init) ?? ""
}

private func trimmed(_ text: Substring) -> String {
    String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
}
