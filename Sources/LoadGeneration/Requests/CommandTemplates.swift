internal import Histories
internal import Sockets
internal import Workloads

extension RecordShape {
    /// Whether every key is named the standard way, and every value is patterned, as long as any
    /// other, and there for good: what templates can write.
    var isPlain: Bool {
        keyPrefix == KeyNaming.standardPrefix && naming.onlyLength == KeyName.byteCount
            && filling == .pattern && lifetime == nil
            && (valueBytes.only ?? 0) >= WriteStamp.minimumBytes
    }
}

/// The frequent commands of a worker, laid out once: a request is a copy, and its numbers.
struct CommandTemplates {
    private let get: Template
    /// Up to the end of the value's stamp; what follows it is copied from the pattern.
    private let set: Template
    private let compareAndSet: Template
    private let valueBytes: Int
    private let pattern: [UInt8]

    init(valueBytes: Int) {
        // Shorter values have no stamp, and are nothing that templates write.
        let valueBytes = max(valueBytes, WriteStamp.minimumBytes)
        let key = Array(repeating: UInt8(ascii: "?"), count: KeyName.byteCount)
        let value = Array(repeating: UInt8(ascii: "?"), count: valueBytes)
        get = Template([Array("GET".utf8), key])
        set = Template([Array("SET".utf8), key, value])
        compareAndSet = Template([Array("SET".utf8), key, value, Array("IFEQ".utf8), value])
        self.valueBytes = valueBytes
        pattern = WriteStamp.paddingPattern(forValuesOf: valueBytes)
    }

    func writeGet(key: Int, to queue: inout ByteQueue) {
        unsafe queue.append(room: get.count) { memory in
            guard let start = memory.baseAddress else { return 0 }
            unsafe get.copy(upTo: get.count, to: start)
            unsafe get.write(KeyDigits(of: key), to: start)
            return get.count
        }
    }

    func writeSet(key: Int, stamp: WriteStamp, to queue: inout ByteQueue) {
        unsafe queue.append(room: set.count) { memory in
            guard let start = memory.baseAddress else { return 0 }
            unsafe set.copy(upTo: set.start(of: 2), to: start)
            unsafe set.write(KeyDigits(of: key), to: start)
            unsafe write(stamp, key: key, as: 2, of: set, to: start)
            let end = set.count - 2
            unsafe start.storeBytes(of: Self.lineEnd, toByteOffset: end, as: UInt16.self)
            return set.count
        }
    }

    /// `SET key value IFEQ expected`, as Valkey defines it: null says that something else was there.
    func writeCompareAndSet(
        key: Int,
        from expected: WriteStamp,
        to stamp: WriteStamp,
        into queue: inout ByteQueue
    ) {
        unsafe queue.append(room: compareAndSet.count) { memory in
            guard let start = memory.baseAddress else { return 0 }
            unsafe compareAndSet.copy(upTo: compareAndSet.count, to: start)
            unsafe compareAndSet.write(KeyDigits(of: key), to: start)
            unsafe write(stamp, key: key, as: 2, of: compareAndSet, to: start)
            unsafe write(expected, key: key, as: 4, of: compareAndSet, to: start)
            return compareAndSet.count
        }
    }

    /// Writes a stamped value over the question marks of an argument.
    private func write(
        _ stamp: WriteStamp,
        key: Int,
        as argument: Int,
        of template: borrowing Template,
        to start: UnsafeMutableRawPointer
    ) {
        let words = stamp.words(key: key, count: valueBytes)
        let value = unsafe start + template.start(of: argument)
        unsafe value.storeBytes(of: words.writer, as: UInt64.self)
        unsafe value.storeBytes(of: Self.dash, toByteOffset: 8, as: UInt8.self)
        unsafe value.storeBytes(of: words.sequence, toByteOffset: 9, as: UInt64.self)
        unsafe value.storeBytes(of: Self.dash, toByteOffset: 17, as: UInt8.self)
        unsafe value.storeBytes(of: words.check, toByteOffset: 18, as: UInt64.self)
        let named = WriteStamp.minimumBytes
        unsafe pattern.withUnsafeBytes { pattern in
            guard let source = pattern.baseAddress else { return }
            unsafe (value + named).copyMemory(
                from: source + words.paddingOffset + named,
                byteCount: valueBytes - named
            )
        }
    }

    private static let dash = UInt8(ascii: "-")
    /// CR and LF, on machines whose lowest byte comes first, like all that Swift runs on.
    private static let lineEnd: UInt16 = 0x0a0d
}

/// One command's bytes, and where its arguments stand in them; the first of them is a key.
private struct Template {
    private let bytes: [UInt8]
    private let starts: [Int]
    private let digits: Int

    init(_ parts: [[UInt8]]) {
        var bytes = Array("*\(parts.count)\r\n".utf8)
        var starts: [Int] = []
        for part in parts {
            bytes += Array("$\(part.count)\r\n".utf8)
            starts.append(bytes.count)
            bytes += part + Array("\r\n".utf8)
        }
        let prefix = Array(KeyNaming.standardPrefix.utf8)
        for (offset, byte) in prefix.enumerated() { bytes[starts[1] + offset] = byte }
        self.bytes = bytes
        self.starts = starts
        digits = starts[1] + prefix.count
    }

    var count: Int { bytes.count }

    func start(of argument: Int) -> Int { starts[argument] }

    func copy(upTo end: Int, to start: UnsafeMutableRawPointer) {
        unsafe bytes.withUnsafeBytes { source in
            guard let first = source.baseAddress else { return }
            unsafe start.copyMemory(from: first, byteCount: min(end, source.count))
        }
    }

    func write(_ key: KeyDigits, to start: UnsafeMutableRawPointer) {
        unsafe start.storeBytes(of: key.first, toByteOffset: digits, as: UInt16.self)
        unsafe start.storeBytes(of: key.last, toByteOffset: digits + 2, as: UInt64.self)
    }
}
