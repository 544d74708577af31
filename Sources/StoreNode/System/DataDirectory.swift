import Glibc
internal import Storage

/// A directory that one process owns while it lives: private, locked, with an identity of its own.
package final class DataDirectory: Sendable {
    package let path: String
    /// Drawn when the directory was first used; files copied from elsewhere carry another one.
    package let dataID: UInt64
    /// Holding the file open holds the lock; the kernel lets go of it however the process ends.
    private let lock: OpenFile

    private static let lockName = "lock"
    private static let dataIDName = "data-id"

    /// Creates the directory where it is missing, and locks it.
    package init(_ path: String) throws(StartFailure) {
        self.path = path
        do throws(FileFailure) {
            if unsafe mkdir(path, 0o700) != 0, errno != EEXIST {
                throw FileFailure("create the data directory", path)
            }
            lock = try OpenFile.lockFile(path + "/" + Self.lockName)
        } catch {
            throw .infrastructure(error.description)
        }
        guard Self.take(lock) else {
            throw .infrastructure(
                errno == EWOULDBLOCK
                    ? "the data directory \(path) is in use by another process"
                    : FileFailure("lock", path).description
            )
        }
        dataID = try Self.readOrDrawDataID(in: path)
    }

    /// Takes the lock; a predecessor that is being killed gets a moment to let go of it.
    private static func take(_ lock: borrowing OpenFile) -> Bool {
        for attempt in 0..<20 {
            if attempt > 0 { usleep(10_000) }
            if flock(lock.descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            guard errno == EWOULDBLOCK || errno == EINTR else { return false }
        }
        return false
    }

    package func path(of name: String) -> String { path + "/" + name }

    /// The content of a file, nil where there is none.
    package func read(_ name: String) throws(FileFailure) -> [UInt8]? {
        try Self.read(path(of: name))
    }

    /// Replaces a file's content; when this returns, the new content survives a power loss.
    package func replace(_ name: String, with content: [UInt8]) throws(FileFailure) {
        try Self.replace(name, in: path, with: content)
    }

    /// The names of the files in it, sorted.
    package func names() throws(FileFailure) -> [String] {
        guard let stream = unsafe opendir(path) else { throw FileFailure("list", path) }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    package func remove(_ name: String) throws(FileFailure) {
        let path = path(of: name)
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw FileFailure("remove", path) }
    }

    package func rename(_ name: String, to other: String) throws(FileFailure) {
        guard unsafe Glibc.rename(path(of: name), path(of: other)) == 0 else {
            throw FileFailure("rename", path(of: name))
        }
    }

    /// Makes what was created, renamed and removed in it survive a power loss.
    package func synchronize() throws(FileFailure) {
        try OpenFile.directory(path).synchronize()
    }

    private static func read(_ path: String) throws(FileFailure) -> [UInt8]? {
        do throws(FileFailure) {
            return try OpenFile.read(path).readAll()
        } catch {
            guard error.code == ENOENT else { throw error }
            return nil
        }
    }

    private static func replace(
        _ name: String,
        in directory: String,
        with content: [UInt8]
    ) throws(FileFailure) {
        let path = directory + "/" + name
        let temporaryPath = FileReplacement.temporaryName(of: path)
        let temporary = try OpenFile.overwrite(temporaryPath)
        for step in FileReplacement.allCases {
            switch step {
            case .writeTemporary: try temporary.write(content, count: content.count)
            case .syncTemporary: try temporary.synchronize()
            case .rename:
                guard unsafe Glibc.rename(temporaryPath, path) == 0 else {
                    throw FileFailure("replace", path)
                }
            case .syncDirectory: try OpenFile.directory(directory).synchronize()
            }
        }
    }

    private static func readOrDrawDataID(in directory: String) throws(StartFailure) -> UInt64 {
        do throws(FileFailure) {
            guard let bytes = try read(directory + "/" + dataIDName) else {
                var random = SystemRandomNumberGenerator()
                let drawn: UInt64 = random.next() | 1
                let text = String(drawn, radix: 16) + "\n"
                try replace(dataIDName, in: directory, with: Array(text.utf8))
                return drawn
            }
            let text = String(decoding: bytes, as: UTF8.self)
            guard text.hasSuffix("\n"), let dataID = UInt64(text.dropLast(), radix: 16) else {
                throw FileFailure(
                    "use",
                    directory + "/" + dataIDName,
                    reason: "it is not a line with a hexadecimal number"
                )
            }
            return dataID
        } catch {
            throw .infrastructure(error.description)
        }
    }
}
