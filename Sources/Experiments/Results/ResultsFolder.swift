internal import Consistency
package import FoundationEssentials

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// `results/runs/<utc>-<plan>-<id>/`, where one run leaves everything it has to say.
package struct ResultsFolder: Sendable {
    package let path: String
    /// The folder's own name.
    package let name: String
    /// The folder that holds `runs/` and `latest`.
    package let root: String

    /// What a run needs for its ledgers, logs and report, with room to spare.
    package static let leastFreeBytes: UInt64 = 256 << 20

    /// Makes a folder of a name that no run has had.
    ///
    /// - Throws: status 4 when the folder cannot be made or the disk is nearly full.
    package init(
        root: String,
        plan: String,
        at start: Date,
        freeBytes: (String) -> UInt64? = freeBytes(at:)
    ) throws(CommandFailure) {
        let runs = root + "/runs"
        do throws(FileFailure) {
            try makeFolders(runs)
        } catch {
            throw CommandFailure(.void, error.description)
        }
        if let free = freeBytes(runs), free < Self.leastFreeBytes {
            throw CommandFailure(
                .void,
                "\(runs) has \(free >> 20) MiB free and a run needs \(Self.leastFreeBytes >> 20); "
                    + "remove old runs from it, or name another place with --results DIR"
            )
        }
        self.root = root
        (name, path) = try Self.create(in: runs, plan: plan, at: start)
    }

    init(existing path: String) {
        self.path = path
        name = path.split(separator: "/").last.map(String.init) ?? path
        root = path + "/../.."
    }

    private static func create(
        in runs: String,
        plan: String,
        at start: Date
    ) throws(CommandFailure) -> (name: String, path: String) {
        var code: Int32 = 0
        for _ in 0..<100 {
            let identity = String(UInt16.random(in: 0x1000...UInt16.max), radix: 16)
            let name = "\(compactUTC(start))-\(plan)-\(identity)"
            let path = "\(runs)/\(name)"
            if unsafe mkdir(path, 0o755) == 0 { return (name, path) }
            code = errno
            guard code == EEXIST else { break }
        }
        let failure = FileFailure(path: "a folder in \(runs)", action: "create", code: code)
        throw CommandFailure(.void, failure.description)
    }

    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Points `results/latest` here; a link that cannot be made is no reason to lose a run.
    package func linkAsLatest() {
        let link = "\(root)/latest"
        let temporary = "\(link).\(name)"
        guard unsafe symlink("runs/\(name)", temporary) == 0 else { return }
        if unsafe rename(temporary, link) != 0 { unsafe unlink(temporary) }
    }
}

/// `20260920T020000Z`.
package func compactUTC(_ date: Date) -> String {
    date.formatted(.iso8601).split { $0 == "-" || $0 == ":" }.joined()
}

/// What an ordinary user may still write on the file system of `path`; nil when it will not say.
package func freeBytes(at path: String) -> UInt64? {
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0 else { return nil }
    return UInt64(status.f_bavail) * UInt64(status.f_frsize)
}
