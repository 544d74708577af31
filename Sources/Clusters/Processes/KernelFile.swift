import Glibc

/// What the kernel tells and takes in files.
enum KernelFile {
    /// A process's state: `R` running, `S` sleeping, `T` stopped, `Z` ended …; nil where there is no such process.
    static func processState(of process: pid_t) -> Character? {
        // The name stands in parentheses and may hold some itself; the state follows it.
        guard let text = contents("/proc/\(process)/stat"),
            let close = text.lastIndex(of: ")")
        else { return nil }
        return text[text.index(after: close)...].first { $0 != " " }
    }

    /// Writes a setting of the kernel; false where there is none, or it is refused.
    static func write(_ text: String, to path: String) -> Bool {
        let file = unsafe open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        let bytes = Array(text.utf8)
        return unsafe Glibc.write(file, bytes, bytes.count) == bytes.count
    }

    /// A small file as text; nil where it cannot be read.
    static func contents(_ path: String) -> String? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 16_384)
        let length = unsafe read(file, &buffer, buffer.count)
        guard length >= 0 else { return nil }
        return String(decoding: buffer[..<length], as: UTF8.self)
    }
}
