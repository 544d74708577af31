internal import CSystemCalls
import Glibc

/// A file that is closed when its owner lets go of it.
package struct OpenFile: ~Copyable, Sendable {
    let path: String
    let descriptor: Int32

    /// Opens for writing, made anew; an existing file of that name is an error.
    package static func create(_ path: String) throws(FileFailure) -> OpenFile {
        try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC)
    }

    /// Opens for writing whatever is there or not, emptied.
    static func overwrite(_ path: String) throws(FileFailure) -> OpenFile {
        try OpenFile(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC)
    }

    /// Opens for writing at its end, made where it is not there.
    static func append(_ path: String) throws(FileFailure) -> OpenFile {
        try OpenFile(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC)
    }

    package static func read(_ path: String) throws(FileFailure) -> OpenFile {
        try OpenFile(path, O_RDONLY | O_CLOEXEC)
    }

    /// The file that locks stand for: it stays, whoever held it.
    static func lockFile(_ path: String) throws(FileFailure) -> OpenFile {
        try OpenFile(path, O_RDWR | O_CREAT | O_CLOEXEC)
    }

    static func directory(_ path: String) throws(FileFailure) -> OpenFile {
        try OpenFile(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }

    private init(_ path: String, _ flags: Int32) throws(FileFailure) {
        let descriptor = unsafe open(path, flags, 0o600)
        guard descriptor >= 0 else { throw FileFailure("open", path) }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { _ = close(descriptor) }

    /// Writes the first `count` of the bytes at the file's position.
    ///
    /// A disk that fills up answers with part of a write and refuses the rest.
    func write(_ bytes: [UInt8], count: Int) throws(FileFailure) {
        var written = 0
        while written < count {
            let result = unsafe bytes.withUnsafeBytes { source in
                unsafe Glibc.write(
                    descriptor,
                    UnsafeRawBufferPointer(rebasing: source[written..<count]).baseAddress,
                    count - written
                )
            }
            if result < 0, errno == EINTR { continue }
            guard result > 0 else {
                throw FileFailure("write to", path, code: result < 0 ? errno : EIO)
            }
            written += result
        }
    }

    /// Has the disk read from and written to the memory that it is given, without a copy in between; then
    /// offsets, lengths and memory have to be those of whole blocks.
    ///
    /// Does nothing where the file system offers no such thing.
    package func bypassPageCache() { _ = ordeal_file_bypasses_cache(descriptor, 1) }

    /// Writes whole blocks at an offset; through the page cache where they cannot go past it.
    package func write(_ blocks: UnsafeRawBufferPointer, at offset: Int) throws(FileFailure) {
        var written = 0
        while written < blocks.count {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: blocks[written...])
            let place = off_t(offset + written)
            let result = unsafe pwrite(descriptor, rest.baseAddress, rest.count, place)
            if result < 0, errno == EINTR { continue }
            if result < 0, errno == EINVAL, ordeal_file_bypasses_cache(descriptor, 0) > 0 {
                continue
            }
            guard result > 0 else {
                throw FileFailure("write to", path, code: result < 0 ? errno : EIO)
            }
            written += result
        }
    }

    /// Drops what lies behind an offset, where the file system lets it.
    func shorten(to length: Int) { _ = ftruncate(descriptor, off_t(length)) }

    /// Waits until the content is on the disk.
    func synchronizeData() throws(FileFailure) {
        guard fdatasync(descriptor) == 0 else { throw FileFailure("sync", path) }
    }

    /// Waits until content and everything about the file are on the disk.
    func synchronize() throws(FileFailure) {
        guard fsync(descriptor) == 0 else { throw FileFailure("sync", path) }
    }

    /// A second descriptor of the same file, which outlives this one.
    func duplicate() throws(FileFailure) -> OpenFile {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw FileFailure("duplicate", path) }
        return OpenFile(path: path, descriptor: copy)
    }

    private init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    /// The whole content; also of a file in procfs, which says of itself that it is empty.
    package func readAll() throws(FileFailure) -> [UInt8] {
        let size = Int(lseek(descriptor, 0, SEEK_END))
        guard size >= 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw FileFailure("measure", path)
        }
        var bytes = [UInt8](repeating: 0, count: size + 512)
        var filled = 0
        while true {
            let result = unsafe bytes.withUnsafeMutableBytes { target in
                unsafe Glibc.read(
                    descriptor,
                    UnsafeMutableRawBufferPointer(rebasing: target[filled...]).baseAddress,
                    target.count - filled
                )
            }
            if result < 0, errno == EINTR { continue }
            guard result >= 0 else { throw FileFailure("read", path) }
            filled += result
            guard result > 0 else { break }
            if filled == bytes.count {
                bytes.append(contentsOf: repeatElement(0, count: bytes.count))
            }
        }
        bytes.removeSubrange(filled...)
        return bytes
    }
}
