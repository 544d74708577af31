internal import Histories
internal import NIOCore
internal import RESP
internal import Workloads

/// The commands of a worker; the frequent ones are laid out once and filled in.
struct CommandTemplates {
    private let getHead: [UInt8]
    private let setHead: [UInt8]
    private let valueHead: [UInt8]
    private let lineEnd = Array("\r\n".utf8)
    private var name = KeyName.bytes(of: 0)
    private var value: [UInt8]

    init(valueBytes: Int) {
        let key = "$\(KeyName.byteCount)\r\n"
        getHead = Array("*2\r\n$3\r\nGET\r\n\(key)".utf8)
        setHead = Array("*3\r\n$3\r\nSET\r\n\(key)".utf8)
        valueHead = Array("\r\n$\(valueBytes)\r\n".utf8)
        value = Array(repeating: 0, count: valueBytes)
    }

    mutating func writeGet(key: Int, to buffer: inout ByteBuffer) {
        fillName(key)
        buffer.writeBytes(getHead)
        buffer.writeBytes(name)
        buffer.writeBytes(lineEnd)
    }

    mutating func writeSet(key: Int, stamp: WriteStamp, to buffer: inout ByteBuffer) {
        fillName(key)
        fillValue(key, stamp)
        buffer.writeBytes(setHead)
        buffer.writeBytes(name)
        buffer.writeBytes(valueHead)
        buffer.writeBytes(value)
        buffer.writeBytes(lineEnd)
    }

    /// `SET key value IFEQ expected`, as Valkey defines it: null says that something else was there.
    mutating func writeCompareAndSet(
        key: Int,
        from expected: WriteStamp,
        to stamp: WriteStamp,
        into buffer: inout ByteBuffer
    ) {
        fillName(key)
        fillValue(key, stamp)
        buffer.writeCommandHeader(count: 5)
        buffer.writeArgument("SET")
        buffer.writeArgument(name.span)
        buffer.writeArgument(value.span)
        buffer.writeArgument("IFEQ")
        fillValue(key, expected)
        buffer.writeArgument(value.span)
    }

    private mutating func fillName(_ key: Int) {
        var span = name.mutableSpan
        KeyName.write(key, into: &span)
    }

    private mutating func fillValue(_ key: Int, _ stamp: WriteStamp) {
        var span = value.mutableSpan
        stamp.encode(key: key, into: &span)
    }
}
