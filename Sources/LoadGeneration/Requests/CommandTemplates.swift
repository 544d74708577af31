internal import Histories
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

/// The frequent commands of a worker, laid out once: a request fills in its key and its value.
struct CommandTemplates {
    private var get: Template
    /// Up to the value's stamp; what follows it is copied from the pattern.
    private var set: Template
    private var compareAndSet: Template
    private let valueBytes: Int
    private let pattern: [UInt8]
    private let lineEnd = Array("\r\n".utf8)

    init(valueBytes: Int) {
        let key = Array(repeating: UInt8(ascii: "?"), count: KeyName.byteCount)
        let value = Array(repeating: UInt8(ascii: "?"), count: valueBytes)
        get = Template([Array("GET".utf8), key])
        set = Template([Array("SET".utf8), key, value])
        set.cut(after: WriteStamp.minimumBytes, of: 2)
        compareAndSet = Template([Array("SET".utf8), key, value, Array("IFEQ".utf8), value])
        self.valueBytes = valueBytes
        pattern = WriteStamp.paddingPattern(forValuesOf: valueBytes)
    }

    mutating func writeGet(key: Int, to queue: inout ByteQueue) {
        get.fill(1, withKey: key)
        queue.append(get.bytes.span)
    }

    mutating func writeSet(key: Int, stamp: WriteStamp, to queue: inout ByteQueue) {
        set.fill(1, withKey: key)
        set.fill(2, withHeadOf: stamp, key: key, count: valueBytes)
        queue.append(set.bytes.span)
        let offset = stamp.paddingOffset(key: key, count: valueBytes)
        let padding = offset + WriteStamp.minimumBytes..<offset + valueBytes
        queue.append(pattern.span.extracting(padding))
        queue.append(lineEnd.span)
    }

    /// `SET key value IFEQ expected`, as Valkey defines it: null says that something else was there.
    mutating func writeCompareAndSet(
        key: Int,
        from expected: WriteStamp,
        to stamp: WriteStamp,
        into queue: inout ByteQueue
    ) {
        compareAndSet.fill(1, withKey: key)
        compareAndSet.fill(2, with: stamp, key: key)
        compareAndSet.fill(4, with: expected, key: key)
        queue.append(compareAndSet.bytes.span)
    }
}

/// One command's bytes, and where its arguments stand in them.
private struct Template {
    private(set) var bytes: [UInt8]
    private let arguments: [Range<Int>]

    init(_ parts: [[UInt8]]) {
        bytes = Array("*\(parts.count)\r\n".utf8)
        var arguments: [Range<Int>] = []
        for part in parts {
            bytes += Array("$\(part.count)\r\n".utf8)
            arguments.append(bytes.count..<bytes.count + part.count)
            bytes += part + Array("\r\n".utf8)
        }
        self.arguments = arguments
    }

    /// Leaves out what follows the first bytes of an argument.
    mutating func cut(after count: Int, of argument: Int) {
        bytes.removeSubrange((arguments[argument].lowerBound + count)...)
    }

    mutating func fill(_ argument: Int, withKey key: Int) {
        let place = arguments[argument]
        var all = bytes.mutableSpan
        var span = all._mutatingExtracting(place)
        KeyName.write(key, into: &span)
    }

    mutating func fill(_ argument: Int, with stamp: WriteStamp, key: Int) {
        let place = arguments[argument]
        var all = bytes.mutableSpan
        var span = all._mutatingExtracting(place)
        stamp.encode(key: key, into: &span)
    }

    mutating func fill(
        _ argument: Int,
        withHeadOf stamp: WriteStamp,
        key: Int,
        count: Int
    ) {
        let place = arguments[argument]
        var all = bytes.mutableSpan
        var span = all._mutatingExtracting(
            place.lowerBound..<place.lowerBound + WriteStamp.minimumBytes
        )
        stamp.encodeHead(key: key, count: count, into: &span)
    }
}
