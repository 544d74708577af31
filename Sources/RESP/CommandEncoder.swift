public import NIOCore

/// What a client writes.
extension ByteBuffer {
    /// Begins a command of `count` arguments, its name included.
    public mutating func writeCommandHeader(count: Int) {
        writeRESPLine(Byte.star, count)
    }

    /// Writes one argument of a command.
    public mutating func writeArgument(_ bytes: Span<UInt8>) {
        writeBulk(bytes)
    }

    /// Writes one argument of a command.
    public mutating func writeArgument(_ text: String) {
        writeBulk(text)
    }

    /// Writes a whole command.
    public mutating func writeCommand(_ arguments: [String]) {
        writeCommandHeader(count: arguments.count)
        for argument in arguments { writeArgument(argument) }
    }

    /// Writes a whole command.
    public mutating func writeCommand(_ arguments: [[UInt8]]) {
        writeCommandHeader(count: arguments.count)
        for argument in arguments { writeArgument(argument.span) }
    }
}
